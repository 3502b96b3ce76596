import { expect, test } from "vitest";
import type { Message } from "./model.ts";
import { askedBefore } from "./teaching.ts";

const message = (id: number, direction: string, author: string, text: string | null) =>
  ({ id: String(id), direction, author, text, created_at: `2026-03-10T12:00:0${id}Z` }) as Message;

const ANSWER = message(6, "outbound", "operator", "Until eight.");
const THREAD = [
  message(1, "inbound", "customer", "Hello"),
  message(2, "outbound", "ai", "Hello. How can I help?"),
  message(3, "inbound", "customer", "How long are you open"),
  message(4, "inbound", "customer", null),
  message(5, "outbound", "system", "A colleague will answer you."),
  ANSWER,
  message(7, "inbound", "customer", "Thanks"),
];

test("the question of an answer is what was said since the answer before it, in whatever order messages come", () => {
  expect(askedBefore(ANSWER, THREAD)).toBe("How long are you open");
  expect(askedBefore(ANSWER, THREAD.toReversed())).toBe("How long are you open");
});

test("an answer to nothing has an empty question", () => {
  expect(askedBefore(message(1, "outbound", "operator", "Hi"), [])).toBe("");
});
