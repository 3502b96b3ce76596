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

const numbered = (count: number, word: string, end: string) =>
  Array.from({ length: count }, (_, at) => `${word}${at}${end}`).join("");

test("line breaks stay, and a very long answer is shown as it is", () => {
  expect(marked(differences("One\n\ntwo", "One\n\nthree").now)).toBe("One\n\n[three]");
  const long = numbered(3000, "old", "\n");
  expect(differences(long, numbered(3000, "now", "\n")).old).toEqual([{ text: long, isOther: false }]);
});

test("long texts are compared between what is the same before and behind", () => {
  const [before, behind] = [numbered(5000, "a", " "), numbered(5000, "b", " ")];
  const { old, now } = differences(`${before}seven ${behind}`, `${before}nine or ten ${behind}`);
  expect([marked(old), marked(now)]).toEqual([`${before}[seven ]${behind}`, `${before}[nine or ten ]${behind}`]);
});

test("long texts with differences far apart are compared by lines, and these by words", () => {
  const text = (first: string, last: string) => `open ${first}\n${numbered(1500, "line ", "\n")}close ${last}`;
  const { now } = differences(text("seven", "nine"), text("eight", "ten"));
  expect(marked(now)).toBe(`open [eight\n]${numbered(1500, "line ", "\n")}close [ten]`);
});
