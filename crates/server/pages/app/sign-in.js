// Signing in, and up.

import { Problem, sentence, signIn } from "./api.js";
import { demo } from "./demo.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";

const UP = [
  { name: "tenant_name", autocomplete: "organization", maxlength: 100 },
  { name: "name", autocomplete: "name", maxlength: 100 },
  { name: "email", type: "email", autocomplete: "email" },
  { name: "password", type: "password", autocomplete: "new-password", minlength: 10, hint: "sign_up.password_hint" },
];
const IN = [
  { name: "email", type: "email", autocomplete: "email" },
  { name: "password", type: "password", autocomplete: "current-password" },
];

// Kept while one goes back and forth between the two forms or changes the language.
const typed = {};

/** @param {{ name: string, hint?: string, [attribute: string]: unknown }} options */
function field({ name, hint, ...attributes }) {
  const id = `field-${name}`;
  const describedby = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  const input = h("input", { id, name, type: "text", required: true, dir: "auto", value: typed[name] ?? "", "aria-describedby": describedby,
    oninput: (event) => { typed[name] = event.target.value; }, ...attributes });
  return h("div", { class: "field" }, h("label", { for: id }, t(`field.${name}`)), input,
    hint && h("p", { class: "hint", id: `${id}-hint` }, t(hint)), h("p", { class: "error", id: `${id}-error` }));
}

function showErrors(form, problem) {
  let first = null;
  for (const { field: name, message } of problem.errors) {
    const input = form.elements.namedItem(name);
    if (!input) continue;
    input.setAttribute("aria-invalid", "true");
    form.querySelector(`#field-${name}-error`).textContent = `${t(`field.${name}`)}: ${message}`;
    first ??= input;
  }
  fill(form.querySelector(".wrong"), first ? null : sentence(problem));
  first?.focus();
}

function clearErrors(form) {
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  for (const error of form.querySelectorAll(".error")) error.textContent = "";
}

async function submit(event, path, entered) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button.main");
  clearErrors(form);
  button.disabled = true;
  try {
    await signIn(path, Object.fromEntries(new FormData(form)));
    delete typed.password;
    await entered();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    showErrors(form, problem);
    button.disabled = false;
  }
}

function formOf(kind, entered, other) {
  const [fields, path] = kind === "sign_up" ? [UP, "/api/auth/signup"] : [IN, "/api/auth/login"];
  return h("form", { class: "card", method: "post", onsubmit: (event) => submit(event, path, entered) },
    h("h1", null, t(`${kind}.title`)),
    h("p", { class: "lead" }, t(`${kind}.lead`)),
    fields.map(field),
    h("p", { class: "wrong", role: "alert" }),
    h("button", { type: "submit", class: "main" }, t(`${kind}.verb`)),
    h("p", { class: "aside" }, t(`${kind}.other`), " ", h("button", { type: "button", class: "link", onclick: other }, t(`${kind}.other_verb`))));
}

async function prefill(form) {
  const found = await demo;
  if (!found) return;
  for (const name of ["email", "password"]) {
    typed[name] ??= found[name];
    const input = form.elements.namedItem(name);
    if (input && !input.value) input.value = typed[name];
  }
  form.querySelector(".lead").textContent = t("sign_in.demo");
}

/** `entered` is called once somebody is signed in. */
export function signInScreen(entered, language) {
  const main = h("main", { class: "sign-in" });
  const brand = () => h("div", { class: "brand" }, h("img", { src: "/assets/app/icon.svg", alt: "", width: 36, height: 36 }), h("span", null, "Switchboard"));
  function swap(kind) {
    const other = kind === "sign_up" ? "sign_in" : "sign_up";
    const form = formOf(kind, entered, () => { swap(other); main.querySelector("input").focus(); });
    fill(main, brand(), form, language);
    if (kind === "sign_in") prefill(form);
  }
  swap("sign_in");
  return main;
}
