import { expect, test } from "vitest";
import { differences, type Piece } from "./replay-diff.ts";

const marked = (pieces: Piece[]) => pieces.map(({ text, isOther }) => (isOther ? `[${text}]` : text)).join("");

test("words that only one of two answers has are marked", () => {
  const { old, now } = differences("We open at 7:00 every day.", "We open at nine every day!");
  expect(marked(old)).toBe("We open at [7:00 ]every day.");
  expect(marked(now)).toBe("We open at [nine ]every day!");
});

test("the same words are not marked, however they are written", () => {
  const { old, now } = differences("Yes, we are OPEN.", "yes we are open");
  expect([...old, ...now].some(({ isOther }) => isOther)).toBe(false);
});

test("whole texts that share nothing are one mark each, in any script", () => {
  const { old, now } = differences("نفتح السابعة صباحًا", "Saat dokuzda açılıyoruz");
  expect(old).toEqual([{ text: "نفتح السابعة صباحًا", isOther: true }]);
  expect(now).toEqual([{ text: "Saat dokuzda açılıyoruz", isOther: true }]);
});

test("line breaks stay, and a very long answer is shown as it is", () => {
  expect(marked(differences("One\n\ntwo", "One\n\nthree").now)).toBe("One\n\n[three]");
  const long = "word ".repeat(700);
  expect(differences(long, "word").old).toEqual([{ text: long, isOther: false }]);
});
