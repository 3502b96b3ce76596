// The messages of one conversation: loaded a page at a time, kept up to date, drawn without moving what the eye is reading.

import { get, sentence } from "./api.js";
import { fill, h } from "./dom.js";
import { day, t } from "./i18n.js";
import { bubble, note, preview } from "./message.js";
import { announce, toast } from "./notice.js";

const PAGE = 50;
const NEAR_END_PX = 80;

const order = (a, b) => Date.parse(a.created_at) - Date.parse(b.created_at) || (a.seq ?? Infinity) - (b.seq ?? Infinity);

export function makeMessages(conversationId) {
  const known = new Map();
  // What is on its way to the server, by its idempotency key.
  const local = new Map();
  const drawn = new Map();
  const items = h("ol", { class: "messages" });
  const older = h("button", { type: "button", class: "older", hidden: true, onclick: loadOlder }, t("messages.older"));
  const scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": t("thread.messages") }, older, items);
  const newer = h("button", { type: "button", class: "newer", hidden: true, onclick: toEnd });
  let cursor = null;
  let name = "";
  let controlNote = null;
  let unseen = 0;

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;

  function toEnd() {
    scroller.scrollTop = scroller.scrollHeight;
    seen();
  }

  function seen() {
    unseen = 0;
    newer.hidden = true;
  }

  const fetchPage = (from) => get(`/api/conversations/${conversationId}/messages?${new URLSearchParams({ limit: String(PAGE), ...(from ? { cursor: from } : {}) })}`);

  function keep(page) {
    for (const message of page.items) known.set(message.id, message);
  }

  async function load() {
    const page = await fetchPage();
    keep(page);
    cursor = page.next_cursor;
    draw();
  }

  async function loadOlder() {
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    try {
      const page = await fetchPage(cursor);
      keep(page);
      cursor = page.next_cursor;
      draw();
      scroller.scrollTop = scroller.scrollHeight - fromEnd;
    } catch (problem) {
      toast(sentence(problem));
    }
  }

  /** Asks for the messages that changed: page by page from the newest, as far back as one of them is. */
  async function catchUp(changed) {
    // What is being sent comes back with its answer; asked for earlier, it would be shown twice.
    await Promise.allSettled([...local.values()].map((it) => it.sending));
    const missing = new Set(changed);
    const before = new Set(known.keys());
    let from = null;
    try {
      do {
        const page = await fetchPage(from);
        keep(page);
        for (const message of page.items) missing.delete(message.id);
        from = page.next_cursor;
      } while (from && [...missing].some((id) => before.has(id)));
    } catch (problem) {
      return toast(sentence(problem));
    }
    drawNews([...known.values()].filter((it) => !before.has(it.id)));
  }

  function drawNews(news) {
    const stick = atEnd();
    draw();
    for (const message of news) if (message.author !== "operator") announce(`${message.direction === "inbound" ? name : t(`author.${message.author}`)}: ${preview(message)}`);
    if (stick) return toEnd();
    unseen += news.length;
    newer.textContent = t("messages.newer", { count: unseen });
    newer.hidden = unseen === 0;
  }

  /** A list item is made anew only when what it shows has changed. */
  function itemOf(entry) {
    const quoted = entry.reply_to && [...known.values()].find((it) => it.wamid === entry.reply_to || it.id === entry.reply_to);
    const print = JSON.stringify([entry.message ?? entry, quoted?.text, name]);
    const had = drawn.get(entry.id);
    if (had?.print === print) return had.item;
    const item = entry.note ? note(entry.note, entry.created_at) : bubble(entry, { name, quoted, retry: local.get(entry.id)?.retry });
    drawn.set(entry.id, { print, item });
    return item;
  }

  function draw() {
    older.hidden = !cursor;
    const entries = [...known.values(), controlNote].filter(Boolean).sort(order);
    // A note from before the oldest message shown has its place on an earlier page.
    const shown = entries.filter((it) => !(it.note && cursor && it === entries[0]));
    // The server's clock may be ahead of ours: what it does not have yet comes last all the same.
    shown.push(...[...local.values()].map((it) => it.message));
    let last = "";
    const wanted = shown.flatMap((entry) => {
      const today = day(entry.created_at);
      const line = today === last ? [] : [h("li", { class: "day" }, today)];
      last = today;
      return [...line, itemOf(entry)];
    });
    fill(items, wanted);
  }

  function describe(contactName, fresh) {
    const stick = atEnd();
    name = contactName;
    controlNote = fresh;
    draw();
    if (stick) toEnd();
  }

  /** Shows a message before the server has it; `sending` is when that is over, `retry` what one may do then. */
  function putLocal(key, message, sending, retry) {
    local.set(key, { message, sending, retry });
    draw();
    toEnd();
  }

  /** The server has it: `message` is what it made of it. Without one, it is discarded. */
  function settle(key, message) {
    local.delete(key);
    drawn.delete(key);
    if (message) known.set(message.id, message);
    drawNews([]);
  }

  scroller.addEventListener("scroll", () => { if (atEnd()) seen(); });
  const element = h("div", { class: "messages-pane" }, scroller, newer);
  return { element, load, catchUp, toEnd, describe, putLocal, settle };
}
