import { expect, test } from "vitest";
import { share, totals } from "./usage.ts";

const day = (day: string, received: number, by_ai: number, by_people: number, failed = 0) => ({
  day,
  received,
  by_ai,
  by_people,
  failed,
});

test("days add up", () => {
  const days = [day("2026-01-01", 1, 2, 3, 4), day("2026-01-02", 10, 20, 30, 40)];
  expect(totals(days)).toEqual({ received: 11, by_ai: 22, by_people: 33, failed: 44 });
});

test("a share is whole, never more than all, and unknown while the whole is", () => {
  expect(share(1, 3)).toBe(33);
  expect(share(5, 3)).toBe(100);
  expect(share(0, 0)).toBe(100);
  expect(share(1, null)).toBeNull();
});
