import { expect, test } from "vitest";
import { bars, share, totals } from "./usage.ts";

const day = (day: string, received: number, by_ai: number, by_people: number, failed = 0) => ({
  day,
  received,
  by_ai,
  by_people,
  failed,
});

test("the highest day is as high as the picture, and an empty one has no bar", () => {
  const days = [day("2026-01-01", 0, 0, 0), day("2026-01-02", 6, 3, 1), day("2026-01-03", 3, 2, 0)];
  expect(bars(days, 50)).toEqual([
    { day: "2026-01-01", received: 0, sent: 0 },
    { day: "2026-01-02", received: 30, sent: 20 },
    { day: "2026-01-03", received: 15, sent: 10 },
  ]);
  expect(bars([day("2026-01-01", 0, 0, 0)], 50)[0]).toMatchObject({ received: 0, sent: 0 });
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
