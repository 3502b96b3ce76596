import { expect, test } from "vitest";
import { between } from "./selection.ts";

test("a range goes both ways, and is one row where the other is gone", () => {
  const ids = ["a", "b", "c", "d"];
  expect(between(ids, "b", "d")).toEqual(["b", "c", "d"]);
  expect(between(ids, "d", "b")).toEqual(["b", "c", "d"]);
  expect(between(ids, "gone", "c")).toEqual(["c"]);
});
