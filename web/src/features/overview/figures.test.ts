import { expect, test } from "vitest";
import { share, wait } from "./figures.ts";

test("a share of nothing is none", () => {
  expect([share(1, 3), share(0, 0), share(0, 4)]).toEqual([33, null, 0]);
});

test.each([
  [2_400, 2.4, "second"],
  [59_000, 59, "second"],
  [90_000, 1.5, "minute"],
  [3_600_000, 1, "hour"],
])("a wait of %d ms is %d %s", (ms, value, unit) => {
  expect(wait(ms)).toEqual({ value, unit });
});
