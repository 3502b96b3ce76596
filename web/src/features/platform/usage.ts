// The figures of a business's days.

import type { Schemas } from "../../api/client.ts";

type Day = Schemas["DayBody"];

/** What the business said, on a day. */
export const sent = (day: Day) => day.by_ai + day.by_people;

/** All days together. */
export function totals(days: Day[]) {
  const sum = (count: (day: Day) => number) => days.reduce((all, day) => all + count(day), 0);
  return {
    received: sum((day) => day.received),
    by_ai: sum((day) => day.by_ai),
    by_people: sum((day) => day.by_people),
    failed: sum((day) => day.failed),
  };
}

/** In whole percent; null while the whole is not known. */
export function share(part: number, whole: number | null): number | null {
  if (whole === null) return null;
  return whole === 0 ? 100 : Math.min(100, Math.floor((part / whole) * 100));
}
