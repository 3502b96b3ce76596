// Puts the screens together: who is signed in, which screen is shown, what arrives live, what keys do.

import * as bot from "./bot.js";
import * as connect from "./connect.js";
import * as inbox from "./inbox.js";
import { get, me, onSignedOut, resume, sentence, signOut } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { LANGUAGES, chooseLanguage, currentLanguage, loadLanguage, t } from "./i18n.js";
import { isTyping, letterOf } from "./keys.js";
import { follow } from "./live.js";
import { showKeys, toast } from "./notice.js";
import { signInScreen } from "./sign-in.js";

const SCREENS = { inbox, bot, connect };
const app = document.getElementById("app");

let shown = null;
let main = null;
let banner = null;
let stopLive = null;
let hash = location.hash;
// What Meta's dialog ended with, told once by the address it came back to.
let outcome = new URLSearchParams(location.search).get("connect");

function languageChoice() {
  const options = Object.entries(LANGUAGES).map(([code, name]) =>
    h("option", { value: code, lang: code, selected: code === currentLanguage() }, name));
  const changed = async (event) => {
    if (!(await mayLeave())) return void (event.target.value = currentLanguage());
    await chooseLanguage(event.target.value);
    await show();
  };
  return h("label", { class: "language" }, h("span", { class: "hidden" }, t("language")),
    h("select", { "aria-label": t("language"), onchange: changed }, options));
}

function navigation() {
  const link = (name, sign) => h("a", { href: `#/${name}`, "data-screen": name }, icon(sign), h("span", null, t(`nav.${name}`)));
  const button = (words, sign, act) => h("button", { type: "button", class: "plain", onclick: act }, icon(sign), h("span", null, words));
  return h("nav", { "aria-label": t("nav.label") },
    h("img", { class: "mark", src: "/assets/app/icon.svg", alt: "Switchboard", width: 32, height: 32 }),
    link("inbox", "inbox"), link("bot", "ai"), link("connect", "connect"),
    h("div", { class: "end" }, button(t("nav.keys"), "keys", showKeys), button(t("nav.sign_out"), "leave", leave), languageChoice()));
}

async function leave() {
  if (!(await mayLeave())) return;
  try {
    await signOut();
  } catch (problem) {
    toast(sentence(problem));
  }
}

const mayLeave = async () => (shown?.mayLeave ? shown.mayLeave() : true);

function frame() {
  const skip = h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); } }, t("skip"));
  banner = h("div", { class: "banner", role: "status" });
  main = h("main", { id: "main", tabindex: "-1" });
  document.body.className = "inside";
  fill(app, skip, navigation(), h("div", { class: "stage" }, banner, main));
}

function online(isOnline) {
  fill(banner, isOnline ? null : h("p", null, icon("alert"), t("offline")));
}

function route() {
  const [, name, id] = location.hash.split("/");
  return { name: Object.hasOwn(SCREENS, name) ? name : "inbox", id: id || null };
}

function showScreen() {
  const { name, id } = route();
  for (const link of app.querySelectorAll("nav a")) {
    if (link.getAttribute("data-screen") === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.screen = name;
  if (shown?.name === name && shown.show) return shown.show(id);
  shown?.destroy?.();
  main.className = name;
  shown = { name, ...SCREENS[name].mount(main, { id, outcome, title: (text) => { document.title = `${text} · Switchboard`; } }) };
  outcome = null;
}

/** Someone who has nothing connected yet begins there. */
async function firstScreen() {
  if (outcome) return "#/connect";
  if (location.hash) return location.hash;
  const status = await get("/api/onboarding/whatsapp/status").catch(() => null);
  return status?.connected === false ? "#/connect" : "#/inbox";
}

async function enter() {
  frame();
  hash = await firstScreen();
  history.replaceState(null, "", `/${hash}`);
  showScreen();
  stopLive?.();
  stopLive = follow(changed, online);
}

function changed(kind, data) {
  // Too much was missed to catch up. The bot's page follows nothing, and may hold what is not saved.
  if (kind === "reset" && shown?.name !== "bot") return show();
  shown?.changed?.(kind, data);
}

function showSignIn() {
  shown?.destroy?.();
  shown = null;
  stopLive?.();
  stopLive = null;
  document.body.className = "outside";
  document.title = "Switchboard";
  fill(app, signInScreen(enter, languageChoice()));
}

/** Everything anew, in the language that was chosen. */
async function show() {
  shown?.destroy?.();
  shown = null;
  if (!me()) return showSignIn();
  frame();
  showScreen();
}

function unreachable(problem) {
  document.body.className = "outside";
  fill(app, h("main", { class: "card" }, h("h1", null, "Switchboard"), h("p", { role: "alert" }, sentence(problem)),
    h("button", { type: "button", class: "main", onclick: start }, t("try_again"))));
}

async function start() {
  try {
    await loadLanguage();
    if (await resume()) await enter();
    else showSignIn();
  } catch (problem) {
    unreachable(problem);
  }
}

addEventListener("hashchange", async () => {
  if (!me() || location.hash === hash) return;
  if (shown && route().name !== shown.name && !(await mayLeave())) return history.replaceState(null, "", `/${hash}`);
  hash = location.hash;
  showScreen();
});

addEventListener("keydown", (event) => {
  if (!me() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return showKeys();
  if (shown?.key?.(letterOf(event))) event.preventDefault();
});

onSignedOut(showSignIn);
await start();
