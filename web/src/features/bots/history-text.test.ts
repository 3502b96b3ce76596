import { expect, test } from "vitest";
import { compared } from "./history-text.ts";
import type { Piece } from "./replay-diff.ts";

const marked = (pieces: Piece[]) => pieces.map(({ text, isOther }) => (isOther ? `[${text}]` : text)).join("");
const filler = (word: string) => `${word} `.repeat(300);

test("what was corrected is marked on both sides, also where it is a sign only", () => {
  const { old, now, isCut } = compared("We open at 7:00.", "We open at 7.00.", false);
  expect([marked(old), marked(now), isCut]).toEqual(["We open at [7:00.]", "We open at [7.00.]", false]);
});

test("spaces alone are no difference", () => {
  expect(marked(compared("One\n\ntwo", "One two", false).old)).toBe("One\n\ntwo");
});

test("what is the same in long texts is left out, but around the differences and on both sides alike", () => {
  const [old, now] = ["eight", "nine"].map(
    (hour) => `${filler("before")}at ${hour} ${filler("between")}bye ${filler("after")}`,
  );
  const cut = compared(old ?? "", `${now}end`, false);
  expect(cut.isCut).toBe(true);
  expect(marked(cut.now)).toMatch(/^ … before (before )+at \[nine ](between )+between … after (after )+\[end]$/);
  expect(marked(cut.old)).toMatch(/^ … before (before )+at \[eight ](between )+between … after (after )+$/);
  const whole = compared(old ?? "", `${now}end`, true);
  expect(whole.now.map(({ text }) => text).join("")).toBe(`${now}end`);
  expect(whole.isCut).toBe(true);
});

test("a text that begins or ends otherwise keeps what stands beside that", () => {
  const text = filler("same");
  expect(marked(compared(text, `First ${text}`, false).now)).toMatch(/^\[First ](same )+same … $/);
  expect(marked(compared(text, `${text}last`, false).old)).toMatch(/^ … same (same )+$/);
});

test("equal texts are shown whole, and what is too long to be compared as it is", () => {
  const text = filler("same");
  expect(compared(text, text, false)).toMatchObject({ isCut: false, now: [{ text, isOther: false }] });
  const lines = (word: string) => Array.from({ length: 3000 }, (_, at) => `${word} ${at}`).join("\n");
  expect(compared(lines("a"), lines("b"), false).now).toEqual([{ text: lines("b"), isOther: false }]);
});
