import { expect, test } from "vitest";
import type { Schemas } from "../../api/client.ts";
import type { Attempt } from "./attempts.ts";
import { changeOf, outcomeOf, type Result, type Run, rowsOf, stepOf } from "./test-rows.ts";
import { type BotTest, callable, draftOf, fieldsOf, valuesOf } from "./test-values.ts";
import type { Tool } from "./tool-values.ts";

const botTest = (id: string) =>
  ({
    id,
    name: id,
    turns: ["Hi"],
    must_say: ["seven", "eight"],
    must_not_say: [],
    must_call: ["find_order"],
    must_not_call: ["cancel_order"],
    handoff: false,
  }) as unknown as BotTest;
const result = (test_id: string, outcome: string | null, outcome_before: string | null = null) =>
  ({ test_id, name: test_id, outcome, outcome_before }) as Result;
const run = (state: string, passed: number, tests = 100) => ({ state, passed, failed: 0, errors: 0, tests }) as Run;

test("every test has a row, and results of tests that are gone come after", () => {
  const rows = rowsOf([botTest("a"), botTest("b")], [result("gone", "failed"), result("b", "passed")]);
  expect(rows.map(({ id, test, result }) => [id, test !== null, outcomeOf(result)])).toEqual([
    ["a", true, "none"],
    ["b", true, "passed"],
    ["gone", false, "failed"],
  ]);
});

test.each([
  ["failed", "passed", "newly_failing"],
  ["passed", "failed", "newly_passing"],
  ["passed", "error", "newly_passing"],
  ["error", "passed", null],
  ["failed", "failed", null],
  ["failed", null, null],
  [null, "passed", null],
])("now %s, before %s: %s", (now, before, change) => {
  expect(changeOf(result("a", now, before))).toBe(change);
});

test("a run's results are read at most twenty times while it goes on", () => {
  const steps = new Set(Array.from({ length: 101 }, (_, done) => stepOf(run("running", done))));
  expect(steps.size).toBe(21);
  expect(stepOf(run("running", 1, 3))).not.toBe(stepOf(run("running", 0, 3)));
  expect(stepOf(run("done", 100))).toBe("done");
});

test("a form gives back what the test was", () => {
  const { name, turns, must_say, must_not_say, must_call, must_not_call } = botTest("a");
  expect(fieldsOf(valuesOf(botTest("a")))).toEqual({
    name,
    turns,
    must_say,
    must_not_say,
    must_call,
    must_not_call,
    knowledge_item_id: null,
    handoff: false,
  });
  expect(
    fieldsOf({ ...valuesOf(null), turns: ["Hi", " "], mustSay: " one \n\n two", handoff: "always" }),
  ).toMatchObject({
    turns: ["Hi"],
    must_say: ["one", "two"],
    handoff: true,
  });
});

test("what was tried becomes a test that expects the same", () => {
  const passages = [
    { item_id: "1", used: false },
    { item_id: "2", used: true },
  ];
  const calls = [{ name: "find_order" }, { name: "find_order" }];
  const tried = (outcome: string) => ({ outcome, texts: [], passages, calls }) as unknown as Schemas["TriedBody"];
  const attempts: Attempt[] = [
    { id: 0, message: "Hello", tried: tried("answer") },
    { id: 1, message: "When do\nyou open?", tried: tried("answer") },
  ];
  expect(draftOf(attempts)).toMatchObject({
    name: "When do you open?",
    turns: ["Hello", "When do\nyou open?"],
    item: "2",
    handoff: "never",
    tools: [{ name: "find_order", must: true }],
  });
  expect(draftOf([{ id: 0, message: "A person", tried: tried("handoff") }])).toMatchObject({
    item: "",
    handoff: "always",
  });
});

test("of a bot can be expected what it may do, by the names that models know", () => {
  const chosen = [
    { call_name: "tables_find", enabled: true },
    { call_name: "tables_book", enabled: false },
  ];
  const tools = [
    { name: "find_order", enabled: true },
    { name: "cancel_order", enabled: false },
    { name: "tables", enabled: true, mcp: { tools: chosen } },
  ] as unknown as Tool[];
  expect(callable(["set_label"], tools)).toEqual(["find_order", "tables_find", "set_label"]);
});
