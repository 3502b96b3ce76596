import { expect, test } from "vitest";
import { stacks } from "./stacks.ts";

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

test("what is empty has no bar, also where all is", () => {
  const heights = (points: number[][]) => stacks(points, 50).map((parts) => parts.map(({ height }) => height));
  expect(
    heights([
      [0, 0],
      [6, 4],
      [3, 2],
    ]),
  ).toEqual([
    [0, 0],
    [30, 20],
    [15, 10],
  ]);
  expect(heights([[0, 0]])).toEqual([[0, 0]]);
});
