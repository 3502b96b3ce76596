import { expect, test } from "vitest";
import { minutes, nextSpeed } from "./playing.ts";

test("seconds are written as a clock does", () => {
  expect([0, 5.9, 65, 600, -1].map(minutes)).toEqual(["0:00", "0:05", "1:05", "10:00", "0:00"]);
});

test("the speeds go round", () => {
  expect([nextSpeed(1), nextSpeed(1.5), nextSpeed(2)]).toEqual([1.5, 2, 1]);
});
