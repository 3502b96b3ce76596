// The open conversation: its messages, who is in control, and where one writes.

import { get, me, post, sentence } from "./api.js";
import { makeComposer } from "./composer.js";
import { fill, h, icon } from "./dom.js";
import { moment, t, time, timeLeft } from "./i18n.js";
import { makeMessages } from "./messages.js";
import { controlReason, conversationName, isMine } from "./people.js";

const COUNT_MS = 20_000;
export const mayReply = () => me().user.role !== "viewer";

/** The band in the colour of who is in control. */
function controlBand(conversation, { takeOver, handBack }) {
  const { control, needs_person: needsPerson, handback_at: handbackAt } = conversation;
  const isAi = control === "ai";
  const words = isAi ? "control.ai" : isMine(conversation) ? "control.human" : "control.people";
  const verb = isAi ? ["control.take_over", takeOver, "T"] : ["control.hand_back", handBack, "H"];
  return h("div", { class: `band ${control}` },
    icon(control), h("strong", null, t(words)),
    needsPerson && h("span", { class: "needs" }, h("span", { class: "dot", "aria-hidden": "true" }), t("list.needs_person")),
    handbackAt && h("span", { class: "soft" }, t("control.until"), " ", time(handbackAt, moment(handbackAt))),
    mayReply() && h("button", { type: "button", "aria-keyshortcuts": verb[2], onclick: verb[1] }, t(verb[0]), h("kbd", { "aria-hidden": "true" }, verb[2])));
}

function windowText({ window: { open, closes_at: closesAt } }) {
  if (!closesAt) return h("span", { class: "window" }, t("window.none"));
  if (!open || Date.parse(closesAt) <= Date.now()) return h("span", { class: "window shut" }, icon("clock"), t("window.closed"), " ", time(closesAt, moment(closesAt)));
  return h("span", { class: "window" }, icon("clock"), time(closesAt, t("window.left", { left: timeLeft(closesAt) })));
}

/** Why control is where it is, as a line among the messages. */
function controlNote(conversation) {
  const text = controlReason(conversation);
  return text && { id: `control-${conversation.control_version}`, note: text, created_at: conversation.control_at };
}

export function openThread(pane, id, { told, takeOver, handBack }) {
  const header = h("header", { class: "thread-head" });
  const messages = makeMessages(id);
  let conversation = null;
  let isGone = false;
  const composer = makeComposer(id, messages);

  function drawHeader() {
    const focusedVerb = header.contains(document.activeElement) && document.activeElement.closest(".band");
    fill(header,
      h("div", { class: "who" },
        h("a", { class: "button plain back", href: "#/inbox" }, icon("back"), h("span", { class: "hidden" }, t("thread.back"))),
        h("div", null, h("h2", null, h("bdi", null, conversationName(conversation))),
          h("p", null, conversation.contact.phone && h("span", { dir: "ltr" }, `+${conversation.contact.phone}`),
            h("span", null, t("thread.on"), " ", h("bdi", { dir: "ltr" }, conversation.number.display_phone_number)))),
        windowText(conversation)),
      controlBand(conversation, actions));
    if (focusedVerb) header.querySelector(".band button")?.focus();
  }

  function update(fresh) {
    // An answer that was overtaken by a newer one.
    if (conversation && fresh.control_version < conversation.control_version) return;
    conversation = fresh;
    drawHeader();
    messages.describe(conversationName(conversation), controlNote(conversation));
    composer.update(conversation);
    markRead();
  }

  /** Read is what was in front of somebody's eyes. */
  function markRead() {
    if (conversation?.unread_count > 0 && document.visibilityState === "visible" && mayReply()) {
      post(`/api/conversations/${id}/read`).catch(() => {});
    }
  }

  async function load() {
    try {
      const [fresh] = await Promise.all([get(`/api/conversations/${id}`), messages.load()]);
      if (isGone) return;
      told(fresh);
      update(fresh);
      fill(pane, header, messages.element, composer.element);
      messages.toEnd();
    } catch (problem) {
      if (isGone) return;
      const words = problem.status === 404 ? t("thread.gone") : sentence(problem);
      fill(pane, h("div", { class: "empty" }, h("p", { class: "wrong", role: "alert" }, words), h("a", { class: "button", href: "#/inbox" }, t("thread.back"))));
    }
  }

  const counting = setInterval(() => {
    if (!conversation) return;
    header.querySelector(".window")?.replaceWith(windowText(conversation));
    composer.update(conversation);
  }, COUNT_MS);
  document.addEventListener("visibilitychange", markRead);

  function destroy() {
    isGone = true;
    clearInterval(counting);
    document.removeEventListener("visibilitychange", markRead);
    fill(pane);
  }

  const whileWith = (control, act) => () => { if (conversation?.control === control && mayReply()) act(id); };
  const actions = { takeOver: whileWith("ai", takeOver), handBack: whileWith("human", handBack) };
  fill(pane);
  load();
  return { id, update, destroy, ...actions, catchUp: messages.catchUp, reply: composer.focus };
}
