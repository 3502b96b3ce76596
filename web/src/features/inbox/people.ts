// Who is who: the words and signs for whoever speaks.

import type { Schemas } from "../../api/client.ts";
import type { IconName } from "../../components/icon.tsx";
import type { I18n } from "../../i18n/i18n.ts";
import { ruleReason } from "../bots/rules.ts";
import type { Conversation, Message } from "./model.ts";

type T = I18n["t"];

/** A contact's name, or else what is known of them. */
export function contactName(contact: Schemas["ContactBody"], t: T): string {
  if (contact.name) return contact.name;
  if (contact.phone) return `+${contact.phone}`;
  return contact.username || contact.user_id || t("contact.unknown");
}

const SIGNS: Record<string, IconName> = {
  ai: "ai",
  operator: "human",
  phone: "phone",
  api: "api",
  system: "system",
  customer: "person",
};
export const authorSign = (author: string): IconName => SIGNS[author] ?? "system";

/** Who wrote a message, in a word. */
export function authorWord(
  message: Pick<Message, "author" | "person_id">,
  name: string,
  me: string,
  i18n: I18n,
): string {
  const { t, isKey } = i18n;
  if (message.author === "customer") return name;
  if (message.author === "operator" && message.person_id === me) return t("author.you");
  const key = `author.${message.author}`;
  return isKey(key) ? t(key) : message.author;
}

const BACK = { timeout: "reason.timeout", reopened: "reason.reopened" } as const;
const REASONS = {
  operator: "reason.operator",
  api: "reason.api",
  phone: "reason.phone",
  timeout: "reason.timeout",
} as const;

/** Why control is where it is. What is none of the known reasons is the AI's own words. */
export function controlReason({ control, control_reason: reason }: Conversation, i18n: I18n): string | null {
  const { t, said } = i18n;
  if (!reason) return null;
  if (control === "ai") return t(Object.hasOwn(BACK, reason) ? BACK[reason as keyof typeof BACK] : "reason.handback");
  if (Object.hasOwn(REASONS, reason)) return t(REASONS[reason as keyof typeof REASONS]);
  return t("reason.ai", { reason: ruleReason(reason, t) ?? said(reason) });
}

export const kindWord = (type: string, { t, isKey }: I18n) => {
  const key = `type.${type}`;
  return isKey(key) ? t(key) : t("type.unknown", { type });
};

/** A message in one line. */
export function preview(
  message: Pick<Message, "type"> & { text?: string | null; revoked_at?: string | null },
  i18n: I18n,
): string {
  if (message.revoked_at) return i18n.t("message.revoked");
  return message.text || kindWord(message.type, i18n);
}
