// What of the audit log one wants to see.

import type { Dictionary } from "../../i18n/dictionary.ts";

const ACTION = "action.";

/** Everything that may be done, with its words, as the language sorts. */
export function actionsOf(words: Dictionary, language: string): [string, string][] {
  const actions = Object.entries(words).filter(([key]) => key.startsWith(ACTION));
  return actions
    .map(([key, text]): [string, string] => [key.slice(ACTION.length), String(text)])
    .sort(([, a], [, b]) => a.localeCompare(b, language));
}

/** Where a day begins, where the reader is; what is no day limits nothing. */
export const dayStart = (day: string) => momentOf(day, 0);

/** Where a day is over: the next one's beginning, which is not of it any more. */
export const dayEnd = (day: string) => momentOf(day, 1);

function momentOf(day: string, later: number): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (!(year && month && date)) return undefined;
  return new Date(year, month - 1, date + later).toISOString();
}
