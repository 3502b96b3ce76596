import { expect, test } from "vitest";
import { patchOf, valuesOf } from "./bot-values.ts";
import type { Bot } from "./bots-page.tsx";

const BOT: Bot = {
  id: "b",
  name: "Assistant",
  enabled: true,
  instructions: "Be short.",
  language: "auto",
  reply_delay_ms: 1500,
  max_wait_ms: 15_000,
  handoff_message: null,
  model: null,
  created_at: "2026-03-10T12:00:00Z",
  updated_at: "2026-03-10T12:00:00Z",
};

test.each([null, "", "A colleague takes it from here."])("a bot goes through the form unchanged (%j)", (message) => {
  const bot = { ...BOT, handoff_message: message };
  const { id: _, enabled, created_at, updated_at, ...settings } = bot;
  expect(patchOf(valuesOf(bot))).toEqual(settings);
});

test("the longest wait is never shorter than the quiet period", () => {
  const patch = patchOf({ ...valuesOf(BOT), delay: "20" });
  expect(patch).toMatchObject({ reply_delay_ms: 20_000, max_wait_ms: 20_000 });
});
