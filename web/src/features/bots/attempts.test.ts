import { expect, test } from "vitest";
import type { Schemas } from "../../api/client.ts";
import { type Attempt, historyOf, openers } from "./attempts.ts";

const tried = (texts: string[]) =>
  ({ outcome: "answer", texts, passages: [], calls: [], took_ms: 1 }) as Schemas["TriedBody"];
const attempt = (id: number, message: string, texts: string[]): Attempt => ({ id, message, tried: tried(texts) });

test("the past is what both have said, in order", () => {
  const past = historyOf([attempt(1, "Hi", ["Hello.", "How can I help?"]), attempt(2, "A person, please", [])]);
  expect(past).toEqual([
    { author: "customer", text: "Hi" },
    { author: "bot", text: "Hello." },
    { author: "bot", text: "How can I help?" },
    { author: "customer", text: "A person, please" },
  ]);
});

test("a long past is cut to what was said last", () => {
  const past = historyOf(Array.from({ length: 80 }, (_, index) => attempt(index, `${index}`, ["Yes."])));
  expect(past).toHaveLength(100);
  expect(past.at(-2)).toEqual({ author: "customer", text: "79" });
});

test("one begins with questions that have an answer", () => {
  const qa = (question: string) => ({ type: "qa", question }) as Schemas["KnowledgeBody"];
  const text = { type: "text", title: "Our story" } as Schemas["KnowledgeBody"];
  expect(openers([qa("Open?"), text, qa("Where?"), qa("Why?")], 2)).toEqual(["Open?", "Where?"]);
});
