// The list of conversations: who is in control, who must act, what was said last.

import { get, sentence } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { ago, t, time } from "./i18n.js";
import { preview, tick } from "./message.js";
import { controlTag, conversationName } from "./people.js";

const PAGE = 30;
const AGAIN_MS = 30_000;
const FILTERS = { all: {}, needs_person: { needs_person: "true" }, ai: { control: "ai" }, human: { control: "human" } };

function lastLine(message) {
  if (!message) return h("span", { class: "last" });
  const mine = message.direction === "outbound";
  return h("span", { class: "last" }, mine && tick(message.status),
    h("span", { class: "who" }, mine ? `${t(`author.${message.author}`)}: ` : ""), h("bdi", null, preview(message)));
}

function rowOf(conversation, selected) {
  const { id, control, needs_person: needsPerson, unread_count: unread, last_message: last } = conversation;
  const at = last?.created_at ?? conversation.created_at;
  return h("li", null, h("a", { class: `row ${control}`, href: `#/inbox/${id}`, "data-id": id, "aria-current": id === selected ? "true" : null },
    h("span", { class: "line" }, h("strong", null, h("bdi", null, conversationName(conversation))), time(at, ago(at))),
    lastLine(last),
    h("span", { class: "line" }, controlTag(control),
      needsPerson && h("span", { class: "needs" }, h("span", { class: "dot", "aria-hidden": "true" }), t("list.needs_person")),
      last?.status === "failed" && h("span", { class: "failed" }, icon("alert"), t("list.failed")),
      unread > 0 && h("span", { class: "unread" }, h("span", { "aria-hidden": "true" }, t("list.count", { count: unread })),
        h("span", { class: "hidden" }, t("list.unread", { count: unread }))))));
}

const latest = (a, b) => moment(b) - moment(a);
const moment = (conversation) => Date.parse(conversation.last_message?.created_at ?? conversation.created_at);

export function conversationList() {
  const known = new Map();
  const items = h("ul", { class: "rows" });
  const foot = h("div", { class: "foot" });
  let filter = "all";
  let cursor = null;
  let selected = null;
  let isHeld = false;
  let isStale = false;

  const links = () => [...items.querySelectorAll("a")];
  const linkOf = (id) => items.querySelector(`a[data-id="${CSS.escape(id)}"]`);

  function draw() {
    const focused = document.activeElement?.closest(".rows a")?.getAttribute("data-id");
    const sorted = [...known.values()].sort(latest);
    fill(items, sorted.length ? sorted.map((it) => rowOf(it, selected)) : h("li", { class: "empty" }, t(`empty.${filter}`)));
    if (focused) linkOf(focused)?.focus({ preventScroll: true });
    isStale = false;
  }

  /** New ones and changes of order wait until the pointer has left; everything else is shown where it is. */
  function redraw(conversation) {
    const link = linkOf(conversation.id);
    if (!isHeld || !link) return draw();
    const hadFocus = document.activeElement === link;
    const fresh = rowOf(conversation, selected);
    link.closest("li").replaceWith(fresh);
    if (hadFocus) fresh.querySelector("a").focus({ preventScroll: true });
    isStale = true;
  }

  const isWanted = (it) => filter === "all" || it.id === selected || (filter === "needs_person" ? it.needs_person : it.control === filter);

  function put(conversation) {
    if (isWanted(conversation)) known.set(conversation.id, conversation);
    else if (!known.delete(conversation.id)) return;
    if (known.has(conversation.id)) redraw(conversation);
    else draw();
  }

  async function refresh(id) {
    const conversation = await get(`/api/conversations/${id}`).catch(() => null);
    if (conversation) put(conversation);
    return conversation;
  }

  async function load(from) {
    const asked = filter;
    try {
      const query = new URLSearchParams({ limit: String(PAGE), ...FILTERS[filter], ...(from ? { cursor: from } : {}) });
      const page = await get(`/api/conversations?${query}`);
      if (asked !== filter) return;
      if (!from) known.clear();
      for (const conversation of page.items) known.set(conversation.id, conversation);
      cursor = page.next_cursor;
      draw();
      fill(foot, cursor && h("button", { type: "button", onclick: () => load(cursor) }, t("more")));
    } catch (problem) {
      fill(foot, h("p", { class: "wrong", role: "alert" }, sentence(problem)), h("button", { type: "button", onclick: () => load(from) }, t("try_again")));
    }
  }

  function select(id) {
    selected = id;
    for (const link of links()) {
      if (link.dataset.id === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** Moves the focus from row to row; Enter then opens the one that has it. */
  function move(step) {
    const all = links();
    const at = all.indexOf(document.activeElement);
    const from = at >= 0 ? at : all.findIndex((link) => link.dataset.id === selected);
    all[Math.min(Math.max(from + step, 0), all.length - 1)]?.focus();
  }

  const chips = h("div", { class: "chips", role: "group", "aria-label": t("list.filter") }, Object.keys(FILTERS).map((name) =>
    h("button", { type: "button", "aria-pressed": String(name === filter), onclick: (event) => choose(name, event.currentTarget) }, t(`filter.${name}`))));

  function choose(name, chip) {
    filter = name;
    for (const other of chips.children) other.setAttribute("aria-pressed", String(other === chip));
    load();
  }

  items.addEventListener("pointerenter", () => { isHeld = true; });
  items.addEventListener("pointerleave", () => { isHeld = false; if (isStale) draw(); });
  const times = setInterval(() => { if (items.isConnected) links().forEach((link) => showAgo(link, known)); else clearInterval(times); }, AGAIN_MS);
  const element = h("section", { class: "list", "aria-label": t("list.label") }, chips, items, foot);
  const focus = () => (selected ? linkOf(selected) : links()[0])?.focus();
  return { element, load: () => load(), refresh, put, select, move, focus };
}

function showAgo(link, known) {
  const conversation = known.get(link.dataset.id);
  if (conversation) link.querySelector("time").textContent = ago(conversation.last_message?.created_at ?? conversation.created_at);
}
