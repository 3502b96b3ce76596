// Why a bot calls people by itself, in words.

import type { I18n } from "../../i18n/i18n.ts";

const RULES = ["anger", "budget", "closed", "customer_limit", "day_limit", "document", "repeated", "unsure"] as const;
const KEYWORD = "keyword:";
const LABEL = "label:";

/** Null: it was no rule of the bot, but the words of the model. */
export function ruleReason(reason: string, t: I18n["t"]): string | null {
  if (reason.startsWith(KEYWORD)) return t("rule.keyword", { word: reason.slice(KEYWORD.length) });
  if (reason.startsWith(LABEL)) return t("rule.label", { label: reason.slice(LABEL.length) });
  const rule = RULES.find((rule) => rule === reason);
  return rule ? t(`rule.${rule}`) : null;
}
