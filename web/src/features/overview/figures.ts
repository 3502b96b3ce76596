// The figures of an overview.

export const RANGES = ["today", "7d", "30d"] as const;
export type Range = (typeof RANGES)[number];

/** In whole percent; null while there is nothing to have a share of. */
export const share = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 100);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A wait in the largest unit of which there is one, with a tenth where it is small. */
export function wait(ms: number): { value: number; unit: "second" | "minute" | "hour" } {
  if (ms < MINUTE) return { value: rounded(ms / SECOND), unit: "second" };
  if (ms < HOUR) return { value: rounded(ms / MINUTE), unit: "minute" };
  return { value: rounded(ms / HOUR), unit: "hour" };
}

const rounded = (value: number) => (value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
