// One message: a bubble with who wrote it, what it says and how far it got.

import { fill, h, icon } from "./dom.js";
import { clock, knows, t, time } from "./i18n.js";
import { authorSign, authorWord } from "./people.js";

const TICKS = { pending: "clock", queued: "clock", sending: "clock", unknown: "unsure", sent: "tick", delivered: "ticks", read: "ticks",
  failed: "alert", cancelled: "stopped" };
const ON_THE_WAY = new Set(["pending", "queued", "sending"]);

/** How far a message got: a sign, and the word for it. */
export function tick(status) {
  if (!TICKS[status]) return null;
  const word = t(`status.${status}`);
  return h("span", { class: `tick ${status}`, title: word }, icon(TICKS[status]), h("span", { class: "hidden" }, word));
}

const kindWord = (type) => (knows(`type.${type}`) ? t(`type.${type}`) : t("type.unknown", { type }));

/** A message in one line. */
export function preview(message) {
  if (message.revoked_at) return t("message.revoked");
  if (message.type === "text" || message.text) return message.text ?? "";
  return kindWord(message.type);
}

/** The words, after a label that says what else there is: a photo, a place. */
function content(message) {
  if (message.revoked_at) return [h("p", { class: "gone" }, t("message.revoked"))];
  const isText = message.type === "text";
  return [
    !isText && h("p", { class: "kind" }, icon(message.type === "location" ? "place" : "file"), kindWord(message.type)),
    message.text && h("p", { class: "text", dir: "auto" }, message.text),
  ];
}

function reactions(given) {
  if (!given?.customer && !given?.own) return null;
  const { customer, own } = given;
  return h("p", { class: "reactions" },
    customer && h("span", null, customer, h("span", { class: "hidden" }, t("reaction.customer"))),
    own && h("span", null, own, h("span", { class: "hidden" }, t("reaction.own"))));
}

/** Why it did not leave or arrive, and what Meta said of it, folded away. */
function failure({ status, error }, retry) {
  if (status !== "failed") return null;
  const meta = [error?.details, error?.code !== undefined && t("meta_code", { code: String(error.code) }), error?.fbtrace_id].filter(Boolean);
  return h("div", { class: "failure" },
    h("p", null, h("strong", null, t("message.failed")), " ", h("bdi", null, error?.message ?? "")),
    meta.length > 0 && h("details", null, h("summary", null, t("meta_said")), h("p", { dir: "auto" }, meta.join(" · "))),
    retry && h("div", { class: "buttons start" }, h("button", { type: "button", onclick: retry.again }, t("try_again")),
      h("button", { type: "button", onclick: retry.discard }, t("message.discard"))));
}

function foot(message) {
  const words = ON_THE_WAY.has(message.status) || message.status === "unknown" || message.status === "cancelled";
  return h("p", { class: "meta" },
    message.edited_at && h("span", null, t("message.edited")),
    words && h("span", null, t(`status.${message.status}`)),
    time(message.created_at, clock(message.created_at)),
    message.direction === "outbound" && tick(message.status));
}

/** A line in the middle, for what nobody said. */
export const note = (text, at) => h("li", { class: "note" }, h("bdi", null, text), at && [" · ", time(at, clock(at))]);

/** The list item of a message. `quoted`: the message it answers, if that is known. */
export function bubble(message, { name, quoted, retry }) {
  if (message.type === "system") return note(message.text || kindWord("system"), message.created_at);
  const side = message.direction === "inbound" ? "in" : "out";
  const item = h("li", { class: `bubble ${side} ${message.author} ${message.status}`, "data-id": message.id });
  return fill(item,
    h("p", { class: "author" }, authorSign(message.author), h("bdi", null, authorWord(message, name))),
    quoted && h("blockquote", { dir: "auto" }, preview(quoted)),
    content(message), reactions(message.reactions), foot(message), failure(message, retry));
}
