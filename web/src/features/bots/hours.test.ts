import { expect, test } from "vitest";
import { addPeriod, copyToAll, hoursBody, hoursOf, keep, weekdayName } from "./hours.ts";

const nothing = hoursOf(null);

test("hours that are not kept are none, and those kept first are an office's", () => {
  expect(hoursBody(nothing)).toBeNull();
  const kept = keep(nothing, true);
  expect(kept.periods.map(({ day, from, to }) => `${day} ${from} ${to}`)).toEqual(
    [1, 2, 3, 4, 5].map((day) => `${day} 09:00 18:00`),
  );
  expect(keep({ ...kept, periods: kept.periods.slice(0, 1) }, true).periods).toHaveLength(1);
});

test("hours go through the form unchanged, in order", () => {
  const body = {
    periods: [
      { day: 1, from: "09:00", to: "12:00" },
      { day: 1, from: "13:00", to: "02:00" },
    ],
    holidays: ["2026-12-25", "2027-01-01"],
  };
  const shuffled = { periods: body.periods.toReversed(), holidays: body.holidays.toReversed() };
  expect(hoursBody(hoursOf(shuffled))).toEqual(body);
});

test("midnight is the end of a day, and its beginning in a field for a time", () => {
  const body = { periods: [{ day: 1, from: "00:00", to: "24:00" }], holidays: [] };
  const inForm = hoursOf(body);
  expect(inForm.periods).toEqual([{ day: 1, from: "00:00", to: "00:00" }]);
  expect(hoursBody(inForm)).toEqual(body);
});

test("a period is added after the last of its day", () => {
  const morning = { ...nothing, isKept: true, periods: [{ day: 2, from: "09:00", to: "12:00" }] };
  expect(addPeriod(morning, 2).periods.at(-1)).toEqual({ day: 2, from: "12:00", to: "22:00" });
  expect(addPeriod(morning, 3).periods.at(-1)).toEqual({ day: 3, from: "09:00", to: "18:00" });
});

test("a day's hours are copied to all days, and replace theirs", () => {
  const hours = keep(nothing, true);
  const copied = copyToAll(
    { ...hours, periods: [{ day: 1, from: "10:00", to: "11:00" }, ...hours.periods.slice(1)] },
    1,
  );
  expect(copied.periods).toHaveLength(7);
  expect(copied.periods.every(({ from }) => from === "10:00")).toBe(true);
});

test("weekdays have their names", () => {
  expect([weekdayName(1, "en"), weekdayName(7, "tr")]).toEqual(["Monday", "Pazar"]);
});
