import { expect, test } from "vitest";
import { isUnderWay, syncPercent } from "./sync-progress.ts";

test.each([
  [{ state: "running", phase: 0, progress: 0 }, 0],
  [{ state: "running", phase: 1, progress: 50 }, 50],
  [{ state: "running", phase: 2, progress: 100 }, 100],
  [{ state: "running", phase: null, progress: null }, null],
  [{ state: "done", phase: 2, progress: 100 }, null],
])("%j is at %s percent of the whole", (item, percent) => {
  expect(syncPercent(item)).toBe(percent);
});

test("what has ended is not asked about any more", () => {
  const states = ["requesting", "running", "done", "declined", "failed"];
  expect(states.filter((state) => isUnderWay({ state }))).toEqual(["requesting", "running"]);
});
