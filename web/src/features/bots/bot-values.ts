// A bot's settings as the form holds them, and as the API takes them.

import { amount, count, written } from "../../components/optional-number.ts";
import type { Bot } from "./bots-page.tsx";
import { type HoursValues, hoursBody, hoursOf } from "./hours.ts";

const SECOND_MS = 1000;
export const LONGEST_DELAY_S = 60;
export const LONGEST_WAIT_S = 300;

/** What a bot says when it hands over: its own words, ours, or nothing. */
export const HANDOFFS = ["standard", "own", "none"] as const;
export type Handoff = (typeof HANDOFFS)[number];
export const TONES = ["plain", "friendly", "formal"] as const;

export interface BotValues {
  name: string;
  instructions: string;
  tone: string;
  language: string;
  delay: string;
  longest: string;
  model: string;
  handoff: Handoff;
  handoffMessage: string;
  hours: HoursValues;
  handsOverWhenClosed: boolean;
  closed: Handoff;
  closedMessage: string;
  /** One to a line. */
  keywords: string;
  /** Empty: none. */
  confidence: string;
  repeats: string;
  handsOverWhenAngry: boolean;
  perCustomer: string;
  perDay: string;
  tokens: string;
  cost: string;
  seesPictures: boolean;
  /** Empty: the model greets as it likes. */
  greeting: string;
  /** Ids of labels. */
  labels: string[];
}

function choiceOf(message: string | null | undefined): Handoff {
  if (message == null) return "standard";
  return message === "" ? "none" : "own";
}

export const valuesOf = (bot: Bot): BotValues => ({
  name: bot.name,
  instructions: bot.instructions,
  tone: bot.tone,
  language: bot.language,
  delay: String(bot.reply_delay_ms / SECOND_MS),
  longest: String(bot.max_wait_ms / SECOND_MS),
  model: bot.model ?? "",
  handoff: choiceOf(bot.handoff_message),
  handoffMessage: bot.handoff_message ?? "",
  hours: hoursOf(bot.hours),
  handsOverWhenClosed: bot.hands_over_when_closed,
  closed: choiceOf(bot.closed_message),
  closedMessage: bot.closed_message ?? "",
  keywords: bot.handoff_keywords.join("\n"),
  confidence: written(bot.handoff_confidence),
  repeats: written(bot.handoff_repeats),
  handsOverWhenAngry: bot.hands_over_when_angry,
  perCustomer: written(bot.answers_per_customer),
  perDay: written(bot.answers_per_day),
  tokens: written(bot.tokens_per_day),
  cost: written(bot.cost_per_day),
  seesPictures: bot.sees_pictures,
  greeting: bot.greeting ?? "",
  labels: bot.handoff_labels,
});

const milliseconds = (seconds: string) => Math.round(Number(seconds) * SECOND_MS);

function messageOf(choice: Handoff, text: string): string | null {
  if (choice === "standard") return null;
  return choice === "none" ? "" : text;
}

const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** What is sent. The longest wait is never shorter than the quiet period. */
export function patchOf(values: BotValues) {
  const delay = milliseconds(values.delay);
  return {
    name: values.name,
    instructions: values.instructions,
    tone: values.tone,
    language: values.language,
    reply_delay_ms: delay,
    max_wait_ms: Math.max(milliseconds(values.longest), delay),
    model: values.model.trim() === "" ? null : values.model.trim(),
    handoff_message: messageOf(values.handoff, values.handoffMessage),
    hours: hoursBody(values.hours),
    hands_over_when_closed: values.hours.isKept && values.handsOverWhenClosed,
    closed_message: messageOf(values.closed, values.closedMessage),
    handoff_keywords: lines(values.keywords),
    handoff_confidence: count(values.confidence),
    handoff_repeats: count(values.repeats),
    hands_over_when_angry: values.handsOverWhenAngry,
    answers_per_customer: count(values.perCustomer),
    answers_per_day: count(values.perDay),
    tokens_per_day: count(values.tokens),
    cost_per_day: amount(values.cost),
    sees_pictures: values.seesPictures,
    greeting: values.greeting.trim() === "" ? null : values.greeting.trim(),
    handoff_labels: values.labels,
  };
}
