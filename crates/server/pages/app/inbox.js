// The inbox: the list of conversations and the one that is open.

import { post, sentence } from "./api.js";
import { conversationList } from "./list.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { announce, toast } from "./notice.js";
import { conversationName, noteMine } from "./people.js";
import { openThread } from "./thread.js";

// Events of one moment cause one request.
const GATHER_MS = 40;

export function mount(root, { id, title }) {
  const list = conversationList();
  const pane = h("section", { class: "pane", "aria-label": t("thread.label") });
  let thread = null;
  const due = new Map();

  function show(wanted) {
    if (thread?.id === wanted && wanted) return;
    thread?.destroy();
    thread = null;
    root.classList.toggle("opened", Boolean(wanted));
    list.select(wanted);
    title(t("nav.inbox"));
    if (!wanted) return fill(pane, h("p", { class: "empty" }, t("thread.none")));
    thread = openThread(pane, wanted, {
      told: (conversation) => { list.put(conversation); title(conversationName(conversation)); },
      takeOver, handBack,
    });
  }

  async function control(id, verb) {
    try {
      const conversation = await post(`/api/conversations/${id}/${verb}`);
      if (verb === "takeover") noteMine(id, conversation.control_version);
      list.put(conversation);
      if (thread?.id === id) thread.update(conversation);
      return conversation;
    } catch (problem) {
      toast(sentence(problem));
      return null;
    }
  }

  async function takeOver(id) {
    const taken = await control(id, "takeover");
    if (!taken) return;
    announce(t("control.human"));
    if (taken.in_flight > 0) toast(t("control.in_flight", { count: taken.in_flight }));
  }

  async function handBack(id) {
    const given = await control(id, "handback");
    if (given) toast(t("control.handed_back"), { label: t("undo"), act: () => takeOver(id) });
  }

  /** Asks for what changed, once for all the events of a moment. */
  function changed(kind, { conversation_id: changedId, message_id: messageId, direction }) {
    if (!changedId) return;
    const news = due.get(changedId) ?? { messages: new Set(), arrived: false };
    if (messageId) news.messages.add(messageId);
    news.arrived ||= kind === "message.created" && direction === "inbound";
    if (!due.has(changedId)) setTimeout(() => catchUp(changedId), GATHER_MS);
    due.set(changedId, news);
  }

  async function catchUp(changedId) {
    const { messages, arrived } = due.get(changedId);
    due.delete(changedId);
    const isOpen = thread?.id === changedId;
    if (isOpen && messages.size > 0) thread.catchUp(messages);
    const conversation = await list.refresh(changedId);
    if (!conversation) return;
    if (thread?.id === changedId) thread.update(conversation);
    else if (arrived) announce(t("announce.elsewhere", { name: conversationName(conversation) }));
  }

  function key(letter) {
    const act = { j: () => list.move(1), k: () => list.move(-1), t: () => thread?.takeOver(), h: () => thread?.handBack(), r: () => thread?.reply(), Escape: list.focus }[letter];
    act?.();
    return Boolean(act);
  }

  fill(root, h("h1", { class: "hidden" }, t("nav.inbox")), list.element, pane);
  list.load();
  show(id);
  return { show, changed, key, destroy: () => { thread?.destroy(); root.classList.remove("opened"); } };
}
