// A bot's settings as the form holds them, and as the API takes them.

import type { Bot } from "./bots-page.tsx";

const SECOND_MS = 1000;
export const LONGEST_DELAY_S = 60;
export const LONGEST_WAIT_S = 300;

/** How a bot says that it hands over: in its own words, in ours, or not at all. */
export const HANDOFFS = ["standard", "own", "none"] as const;
export type Handoff = (typeof HANDOFFS)[number];

export interface BotValues {
  name: string;
  instructions: string;
  language: string;
  delay: string;
  longest: string;
  model: string;
  handoff: Handoff;
  handoffMessage: string;
}

function handoffOf({ handoff_message: message }: Bot): Handoff {
  if (message == null) return "standard";
  return message === "" ? "none" : "own";
}

export const valuesOf = (bot: Bot): BotValues => ({
  name: bot.name,
  instructions: bot.instructions,
  language: bot.language,
  delay: String(bot.reply_delay_ms / SECOND_MS),
  longest: String(bot.max_wait_ms / SECOND_MS),
  model: bot.model ?? "",
  handoff: handoffOf(bot),
  handoffMessage: bot.handoff_message ?? "",
});

const milliseconds = (seconds: string) => Math.round(Number(seconds) * SECOND_MS);

function handoffMessage({ handoff, handoffMessage: text }: BotValues): string | null {
  if (handoff === "standard") return null;
  return handoff === "none" ? "" : text;
}

/** What is sent. The longest wait is never shorter than the quiet period. */
export function patchOf(values: BotValues) {
  const delay = milliseconds(values.delay);
  return {
    name: values.name,
    instructions: values.instructions,
    language: values.language,
    reply_delay_ms: delay,
    max_wait_ms: Math.max(milliseconds(values.longest), delay),
    model: values.model.trim() === "" ? null : values.model.trim(),
    handoff_message: handoffMessage(values),
  };
}
