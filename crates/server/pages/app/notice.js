// Short notices, questions that need an answer, and what screen readers are told.

import { fill, h } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN_MS = 10_000;
let timer = 0;

const el = (id) => document.getElementById(id);

/** Told by screen readers when they are done with what they are at. */
export function announce(text) {
  el("announcer").textContent = text;
}

/** A notice at the bottom, with something one may do about it. */
export function toast(text, action) {
  clearTimeout(timer);
  const button = action && h("button", { type: "button", onclick: () => { hideToast(); action.act(); } }, action.label);
  fill(el("toast"), h("div", { class: "toast" }, h("span", null, text), button));
  timer = setTimeout(hideToast, SHOWN_MS);
}

function hideToast() {
  clearTimeout(timer);
  fill(el("toast"));
}

/** A dialog; focus stays inside and returns to where it was. `build(close)` makes what is in it. */
export function openDialog(title, build) {
  const heading = h("h2", { id: "dialog-title" }, title);
  const dialog = h("dialog", { "aria-labelledby": "dialog-title" }, heading);
  const opener = document.activeElement;
  dialog.append(...build(() => dialog.close()));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks before what cannot be undone. */
export function confirmed(title, text, verb) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = openDialog(title, (close) => [
      h("p", { dir: "auto" }, text),
      h("div", { class: "buttons" },
        h("button", { type: "button", onclick: close, autofocus: true }, t("cancel")),
        h("button", { type: "button", class: "bad", onclick: () => { answer = true; close(); } }, verb)),
    ]);
    dialog.addEventListener("close", () => resolve(answer));
  });
}

/** The keyboard, written down. */
export function showKeys() {
  const keys = [["J K", "keys.move"], ["Enter", "keys.open"], ["T", "keys.takeover"], ["H", "keys.handback"], ["R", "keys.reply"],
    ["Esc", "keys.leave"], ["Tab", "keys.suggestion"], ["Shift Enter", "keys.line"], ["?", "keys.help"]];
  openDialog(t("keys.title"), (close) => [
    h("dl", { class: "keys" }, keys.map(([key, text]) => h("div", null,
      h("dt", null, key.split(" ").map((part) => h("kbd", { dir: "ltr" }, part))), h("dd", null, t(text))))),
    h("div", { class: "buttons" }, h("button", { type: "button", onclick: close }, t("close"))),
  ]);
}
