import { expect, test } from "vitest";
import { patchOf, valuesOf } from "./bot-values.ts";
import type { Bot } from "./bots-page.tsx";

const BOT: Bot = {
  id: "b",
  name: "Assistant",
  enabled: true,
  abilities: [],
  instructions: "Be short.",
  language: "auto",
  reply_delay_ms: 1500,
  max_wait_ms: 15_000,
  handoff_message: null,
  model: null,
  tone: "plain",
  hours: { periods: [{ day: 1, from: "09:00", to: "18:00" }], holidays: ["2026-12-25"] },
  hands_over_when_closed: true,
  closed_message: null,
  handoff_keywords: ["refund", "iade et"],
  handoff_confidence: 40,
  handoff_repeats: null,
  hands_over_when_angry: true,
  answers_per_customer: null,
  answers_per_day: 500,
  tokens_per_day: 200_000,
  cost_per_day: 2.5,
  sees_pictures: false,
  greeting: null,
  handoff_labels: [],
  created_at: "2026-03-10T12:00:00Z",
  updated_at: "2026-03-10T12:00:00Z",
};

test.each([null, "", "A colleague takes it from here."])("a bot goes through the form unchanged (%j)", (message) => {
  const bot = { ...BOT, handoff_message: message };
  const { id: _, enabled, abilities, created_at, updated_at, ...settings } = bot;
  expect(patchOf(valuesOf(bot))).toEqual(settings);
});

test("a bot that keeps no hours does not close", () => {
  const values = valuesOf(BOT);
  const patch = patchOf({ ...values, hours: { ...values.hours, isKept: false } });
  expect(patch).toMatchObject({ hours: null, hands_over_when_closed: false });
});

test("keywords stand on a line each", () => {
  expect(patchOf({ ...valuesOf(BOT), keywords: " refund \n\niade et\n" }).handoff_keywords).toEqual([
    "refund",
    "iade et",
  ]);
});

test("the longest wait is never shorter than the quiet period", () => {
  const patch = patchOf({ ...valuesOf(BOT), delay: "20" });
  expect(patch).toMatchObject({ reply_delay_ms: 20_000, max_wait_ms: 20_000 });
});
