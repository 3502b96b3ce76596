// Until when one puts a conversation aside, in the reader's own time.

const MORNING = 9;
const HOURS_LATER = 3;
/** Later than this, "later today" is no use any more. */
const LATEST = 20;

export type SnoozeName = "today" | "tomorrow" | "week";

const at = (day: Date, hour: number) => new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour);
const daysAfter = (day: Date, days: number) =>
  new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, day.getHours(), day.getMinutes());

/** What one mostly wants: in a few hours, tomorrow morning, next week's first morning. */
export function snoozeTimes(now: Date): { name: SnoozeName; at: Date }[] {
  const later = at(now, now.getHours() + HOURS_LATER);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return [
    ...(now.getHours() + HOURS_LATER <= LATEST ? [{ name: "today" as const, at: later }] : []),
    { name: "tomorrow", at: at(daysAfter(now, 1), MORNING) },
    { name: "week", at: at(daysAfter(now, toMonday), MORNING) },
  ];
}

const two = (value: number) => String(value).padStart(2, "0");

/** As `<input type="datetime-local">` has it. */
export const localTime = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
