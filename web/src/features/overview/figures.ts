// What a picture of hours or days is drawn from.

export const RANGES = ["today", "7d", "30d"] as const;
export type Range = (typeof RANGES)[number];

/** A part of a bar, from the bottom; in units of the picture's height. */
export interface Part {
  y: number;
  height: number;
}

/** For each point the parts of its bar, one on the other; the highest bar is as high as the picture. */
export function stacks(points: number[][], height: number): Part[][] {
  const highest = Math.max(1, ...points.map((values) => values.reduce((sum, value) => sum + value, 0)));
  const scaled = (value: number) => Math.round((value / highest) * height * 100) / 100;
  return points.map((values) => {
    let top = height;
    return values.map((value) => {
      const part = scaled(value);
      top = Math.round((top - part) * 100) / 100;
      return { y: top, height: part };
    });
  });
}

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
