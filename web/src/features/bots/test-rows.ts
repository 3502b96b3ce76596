// The tests of a bot beside what came of them in a run.

import type { Schemas } from "../../api/client.ts";
import type { BotTest } from "./test-values.ts";

export type Run = Schemas["TestRunBody"];
export type Result = Schemas["TestResultBody"];
/** `waiting`: it is to be run; `none`: the run does not have it. */
export type Outcome = "passed" | "failed" | "error" | "waiting" | "none";
export type Change = "newly_failing" | "newly_passing";

export interface Row {
  id: string;
  name: string;
  /** Null: it has been deleted since. */
  test: BotTest | null;
  result: Result | null;
}

/** Every test with its result, in the order in which they were made; then results of tests that are gone. */
export function rowsOf(tests: BotTest[], results: Result[]): Row[] {
  const resultOf = new Map(results.map((result) => [result.test_id, result]));
  const known = new Set(tests.map(({ id }) => id));
  const gone = results.filter(({ test_id }) => !known.has(test_id));
  return [
    ...tests.map((test) => ({ id: test.id, name: test.name, test, result: resultOf.get(test.id) ?? null })),
    ...gone.map((result) => ({ id: result.test_id, name: result.name, test: null, result })),
  ];
}

export function outcomeOf(result: Result | null): Outcome {
  if (!result) return "none";
  return (result.outcome as Outcome | null | undefined) ?? "waiting";
}

/** What is new about it since it last ran. */
export function changeOf(result: Result | null): Change | null {
  const before = result?.outcome_before;
  if (!result || !before) return null;
  if (result.outcome === "failed" && before === "passed") return "newly_failing";
  return result.outcome === "passed" && before !== "passed" ? "newly_passing" : null;
}

export const doneOf = ({ passed, failed, errors }: Run) => passed + failed + errors;

/** How far a run is, in at most so many steps: each is a reason to read its results anew. */
const STEPS = 20;
export function stepOf(run: Run): string {
  if (run.state === "done") return "done";
  return String(Math.floor(doneOf(run) / Math.max(1, Math.ceil(run.tests / STEPS))));
}
