import { expect, test } from "vitest";
import { share, stacks, wait } from "./figures.ts";

test("the highest bar is as high as the picture, and its parts stand one on the other", () => {
  expect(
    stacks(
      [
        [2, 3],
        [0, 0],
        [10, 0],
      ],
      50,
    ),
  ).toEqual([
    [
      { y: 40, height: 10 },
      { y: 25, height: 15 },
    ],
    [
      { y: 50, height: 0 },
      { y: 50, height: 0 },
    ],
    [
      { y: 0, height: 50 },
      { y: 0, height: 0 },
    ],
  ]);
});

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
