// When people are there, as the form holds it.

import type { Schemas } from "../../api/client.ts";

export type Period = Schemas["PeriodBody"];

export interface HoursValues {
  isKept: boolean;
  periods: Period[];
  holidays: string[];
}

/** Monday first. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const OFFICE = { from: "09:00", to: "18:00" };

/** The end of a day: fields for a time know it as its beginning alone. */
const MIDNIGHT = { inField: "00:00", asEnd: "24:00" };

export const hoursOf = (hours: Schemas["HoursBody"] | null | undefined): HoursValues => ({
  isKept: hours != null,
  periods: (hours?.periods ?? []).map((it) => (it.to === MIDNIGHT.asEnd ? { ...it, to: MIDNIGHT.inField } : it)),
  holidays: hours?.holidays ?? [],
});

export const hoursBody = ({ isKept, periods, holidays }: HoursValues): Schemas["HoursBody"] | null =>
  isKept ? { periods: inOrder(periods).map(untilMidnight), holidays: [...new Set(holidays)].sort() } : null;

const untilMidnight = (period: Period): Period =>
  period.to === MIDNIGHT.inField ? { ...period, to: MIDNIGHT.asEnd } : period;

export const inOrder = (periods: Period[]) => periods.toSorted((a, b) => a.day - b.day || a.from.localeCompare(b.from));

/** Kept for the first time, they begin as an office has them. */
export function keep(hours: HoursValues, isKept: boolean): HoursValues {
  const periods =
    isKept && hours.periods.length === 0 ? [1, 2, 3, 4, 5].map((day) => ({ day, ...OFFICE })) : hours.periods;
  return { ...hours, isKept, periods };
}

/** One more period of a day: after those there are, or office hours. */
export function addPeriod(hours: HoursValues, day: number): HoursValues {
  const last = inOrder(hours.periods.filter((it) => it.day === day)).at(-1);
  const period = last ? { day, from: last.to, to: last.to < "22:00" ? "22:00" : "23:59" } : { day, ...OFFICE };
  return { ...hours, periods: [...hours.periods, period] };
}

/** The hours of one day on every other. */
export function copyToAll(hours: HoursValues, day: number): HoursValues {
  const ofDay = hours.periods.filter((it) => it.day === day);
  return { ...hours, periods: WEEKDAYS.flatMap((other) => ofDay.map((it) => ({ ...it, day: other }))) };
}

/** The name of a weekday; the 5th of January 1970 was a Monday. */
export const weekdayName = (day: number, language: string) =>
  new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(1970, 0, 4 + day)));
