// Who is who: the words, signs and colours for whoever speaks.

import { me } from "./api.js";
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** A contact's name, or else what is known of them. */
export function contactName(contact) {
  return contact.name || (contact.phone ? `+${contact.phone}` : contact.username || contact.user_id || t("contact.unknown"));
}

export const conversationName = (conversation) => contactName(conversation.contact);

const SIGNS = { ai: "ai", operator: "human", phone: "phone", api: "api", system: "system", customer: "human" };

/** Who wrote a message, in a word. */
export function authorWord(message, name) {
  if (message.author === "customer") return name;
  if (message.author === "operator" && message.person_id === me().user.id) return t("author.you");
  return t(`author.${message.author}`);
}

export const authorSign = (author) => icon(SIGNS[author]);

/** A small label that says who is in control. */
export const controlTag = (control) => h("span", { class: `tag ${control}` }, icon(control), t(`tag.${control}`));

// The control versions that came about on this page, by conversation: there, a person in control is the reader.
const mine = new Map();

export const noteMine = (id, version) => mine.set(id, version);
export const isMine = (conversation) => mine.get(conversation.id) === conversation.control_version;

/** Why control is where it is. What is not one of the known reasons is the AI's own words. */
export function controlReason({ control, control_reason: reason }) {
  if (!reason) return null;
  const known = { operator: "reason.operator", api: "reason.api", phone: "reason.phone", timeout: "reason.timeout" }[reason];
  if (control === "ai") return reason === "timeout" ? t("reason.timeout") : t("reason.handback");
  return known ? t(known) : t("reason.ai", { reason });
}
