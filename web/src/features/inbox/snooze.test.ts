import { expect, test } from "vitest";
import { localTime, snoozeTimes } from "./snooze.ts";

const times = (now: Date) => snoozeTimes(now).map(({ name, at }) => `${name} ${localTime(at)}`);

test("in the morning of a Tuesday", () => {
  expect(times(new Date(2026, 2, 10, 10, 25))).toEqual([
    "today 2026-03-10T13:00",
    "tomorrow 2026-03-11T09:00",
    "week 2026-03-16T09:00",
  ]);
});

test("in the evening there is no later today, and a Sunday's next week is tomorrow", () => {
  expect(times(new Date(2026, 2, 15, 21, 0))).toEqual(["tomorrow 2026-03-16T09:00", "week 2026-03-16T09:00"]);
});

test("a Monday's next week begins in seven days", () => {
  expect(times(new Date(2026, 2, 16, 21, 0)).at(-1)).toBe("week 2026-03-23T09:00");
});
