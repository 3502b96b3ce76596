// What a picture of a business's days is drawn from.

import type { Schemas } from "../../api/client.ts";

type Day = Schemas["DayBody"];

export interface Bar {
  day: string;
  /** From the bottom, in units of the picture's height. */
  received: number;
  sent: number;
}

const sent = (day: Day) => day.by_ai + day.by_people;

/** A bar for each day, the highest as high as the picture. */
export function bars(days: Day[], height: number): Bar[] {
  const highest = Math.max(1, ...days.map((day) => day.received + sent(day)));
  const scaled = (count: number) => Math.round((count / highest) * height * 100) / 100;
  return days.map((day) => ({ day: day.day, received: scaled(day.received), sent: scaled(sent(day)) }));
}

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
