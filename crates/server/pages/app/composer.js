// Where one writes. A draft stays with its conversation while one looks at another.

import { Problem, me, post, sentence } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { moment, t, time } from "./i18n.js";
import { conversationName, noteMine } from "./people.js";

const KEY_BYTES = 16;
const drafts = new Map();
// Suggestions that were dropped or taken, by conversation.
const dropped = new Map();

// Not `randomUUID`, which browsers keep from pages without HTTPS.
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export function makeComposer(conversationId, messages) {
  const suggestion = h("div", { class: "suggestion" });
  const closed = h("p", { class: "closed", id: "composer-closed", role: "status" });
  const text = h("textarea", { id: "composer", rows: 1, dir: "auto", maxlength: 4096, enterkeyhint: "send", value: drafts.get(conversationId) ?? "" });
  const sendButton = h("button", { type: "submit", class: "main" }, icon("send"), h("span", null, t("composer.send")));
  const form = h("form", { class: "composer" }, h("label", { class: "hidden", for: "composer" }, t("composer.label")), text, sendButton);
  const element = h("div", { class: "writing" }, suggestion, closed, form);
  let suggested = null;
  let shown = null;

  function grow() {
    drafts.set(conversationId, text.value);
    text.rows = Math.min(8, Math.max(1, text.value.split("\n").length, Math.ceil(text.value.length / 80)));
  }

  function update(conversation) {
    shown = conversation;
    const isViewer = me().user.role === "viewer";
    const { open, closes_at: closesAt } = conversation.window;
    const isOpen = open && Date.parse(closesAt) > Date.now();
    element.className = `writing ${conversation.control}`;
    text.disabled = !isOpen || isViewer;
    sendButton.disabled = text.disabled;
    text.placeholder = text.disabled ? "" : t(conversation.control === "ai" ? "composer.takes_over" : "composer.placeholder");
    const name = conversationName(conversation);
    if (isViewer) closed.textContent = t("composer.viewer");
    else if (isOpen) closed.textContent = "";
    else if (closed.dataset.of !== closesAt) fill(closed, closesAt ? [t("composer.closed"), " ", time(closesAt, moment(closesAt)), ". "] : null, t("composer.closed_until", { name }));
    closed.dataset.of = isOpen || isViewer ? "" : closesAt;
    suggest(isOpen && !isViewer && conversation.suggestion !== dropped.get(conversationId) ? conversation.suggestion : null);
  }

  function suggest(words) {
    if (words === suggested) return;
    suggested = words;
    text.setAttribute("aria-describedby", words ? "suggestion" : "composer-closed");
    fill(suggestion, words && [
      h("p", { class: "head" }, icon("ai"), t("suggestion.title")),
      h("p", { class: "text", id: "suggestion", dir: "auto" }, words),
      h("div", { class: "buttons start" },
        h("button", { type: "button", onclick: take }, t("suggestion.take"), h("kbd", { "aria-hidden": "true" }, "Tab")),
        h("button", { type: "button", onclick: drop }, t("suggestion.drop"), h("kbd", { "aria-hidden": "true" }, "Esc")))]);
  }

  function take() {
    text.value = suggested;
    drop();
    grow();
  }

  function drop() {
    dropped.set(conversationId, suggested);
    suggest(null);
    text.focus();
  }

  /** Writing to a customer whom the AI is answering takes over. */
  function settle(key, sent, before) {
    if (before.control === "ai") noteMine(conversationId, before.control_version + 1);
    messages.settle(key, sent);
  }

  /** The message is shown at once, and says honestly that it has not arrived anywhere yet. */
  function send(body, key = newKey(), createdAt = new Date().toISOString()) {
    const message = { id: key, direction: "outbound", author: "operator", person_id: me().user.id, type: "text", text: body, created_at: createdAt, status: "pending", error: null };
    const path = `/api/conversations/${conversationId}/messages`;
    const before = shown;
    const sending = post(path, { text: body }, { "Idempotency-Key": key }).then((sent) => settle(key, sent, before), (problem) => {
      if (!(problem instanceof Problem)) throw problem;
      const retry = { again: () => send(body, key, createdAt), discard: () => messages.settle(key) };
      messages.putLocal(key, { ...message, status: "failed", error: { message: sentence(problem) } }, null, retry);
    });
    messages.putLocal(key, message, sending);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = text.value.trim();
    if (!body || text.disabled) return;
    text.value = "";
    grow();
    send(body);
    text.focus();
  });
  text.addEventListener("input", grow);
  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) form.requestSubmit();
    else if (event.key === "Tab" && !event.shiftKey && suggested && !text.value) take();
    else if (event.key === "Escape" && suggested) drop();
    else if (event.key === "Escape") text.blur();
    else return;
    event.preventDefault();
  });
  grow();
  return { element, update, focus: () => text.focus() };
}
