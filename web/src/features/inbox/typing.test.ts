import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hearTyping, hearWritten, typistsIn } from "./typing.ts";

const types = (person: string, writing: "reply" | "note", until = Date.now() + 8000) =>
  hearTyping({ conversation_id: "c", person_id: person, writing, until: new Date(until).toISOString() });
const people = () => typistsIn("c").map(({ personId, writing }) => `${personId} ${writing}`);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

test("who types is believed for eight seconds from the last time it was said", () => {
  types("a", "reply");
  vi.advanceTimersByTime(5000);
  types("b", "note");
  types("a", "reply");
  vi.advanceTimersByTime(7900);
  expect(people()).toEqual(["b note", "a reply"]);
  vi.advanceTimersByTime(200);
  expect(people()).toEqual([]);
});

test("a device whose clock is seconds ahead hears it, too; what is told minutes late is let go", () => {
  types("a", "reply", Date.now() - 20_000);
  expect(people()).toEqual(["a reply"]);
  types("b", "reply", Date.now() - 120_000);
  expect(people()).toEqual(["a reply"]);
});

test("nobody types any more what has been written", () => {
  types("a", "reply");
  types("b", "note");
  hearWritten("c", "reply");
  expect(people()).toEqual(["b note"]);
});
