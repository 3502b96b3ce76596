import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Dictionary } from "./dictionary.ts";
import { createI18n } from "./i18n.ts";
import { studioEn } from "./studio.en.ts";
import { arabic, english, turkish } from "./testing.ts";

/** The part of a text's name that stands before a value. */
const FAMILIES = /`((?:[a-z_]+\.)+)\$\{/g;
const gaps = (text: unknown) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g))].sort();

test.each([
  ["tr", turkish],
  ["ar", arabic],
])("%s has the same gaps as English, and all the plural forms of its language", (language, dictionary) => {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
  for (const [key, text] of Object.entries(english)) {
    const other = dictionary[key as keyof Dictionary];
    expect(gaps(other), key).toEqual(gaps(text));
    if (typeof text !== "string") expect(Object.keys(other).sort(), key).toEqual(forms);
  }
});

test("every text is used somewhere, by its name or by the part before a value", () => {
  const sources = files(join(import.meta.dirname, ".."))
    .filter((path) => /\.tsx?$/.test(path) && !/\/i18n\/((messages|studio)\.)?(en|tr|ar)\.ts$/.test(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  const families = [...sources.matchAll(FAMILIES)].map(([, family]) => family ?? "");
  const forms = ["sign_in.", "sign_up."];
  const unused = Object.keys(english).filter(
    (key) => !sources.includes(`"${key}"`) && ![...families, ...forms].some((family) => key.startsWith(family)),
  );
  expect(unused).toEqual([]);
});

test("what is shown first needs no text that comes later", () => {
  const root = join(import.meta.dirname, "..");
  const seen = new Set<string>();
  const walk = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const imports = readFileSync(path, "utf8").matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+\.tsx?)";$/gm);
    for (const [, other] of imports) walk(join(dirname(path), other ?? ""));
  };
  walk(join(root, "main.tsx"));
  expect(seen.size).toBeGreaterThan(50);
  const sources = [...seen].filter((path) => !path.includes("/i18n/")).map((path) => readFileSync(path, "utf8"));
  const named = sources.flatMap((source) => [...source.matchAll(FAMILIES)].map(([, family]) => family ?? ""));
  // A problem without a text is told in the server's words.
  const families = named.filter((family) => family !== "problem.");
  const later = Object.keys(studioEn).filter(
    (key) => families.some((family) => key.startsWith(family)) || sources.some((source) => source.includes(`"${key}"`)),
  );
  expect(later).toEqual([]);
});

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

const NOW = Date.parse("2026-03-10T12:00:00Z");
const inEnglish = createI18n("en", english, "en-GB", () => NOW);

test("Arabic counts with six forms", () => {
  const { t } = createI18n("ar", arabic, "ar", () => NOW);
  const texts = [0, 1, 2, 3, 11, 100].map((count) => t("messages.newer", { count }));
  expect(new Set(texts).size).toBe(6);
  expect(texts[2]).toBe("رسالتان جديدتان");
});

test("a file's size is told in the largest unit of which there is one", () => {
  expect([0, 900, 1536, 5 * 1024 * 1024, 105 * 1024 * 1024].map(inEnglish.size)).toEqual([
    "0 byte",
    "900 byte",
    "2 kB",
    "5 MB",
    "105 MB",
  ]);
});

test.each([
  ["2026-03-10T11:59:30Z", "now"],
  ["2026-03-10T11:55:00Z", "5 min ago"],
  ["2026-03-10T09:00:00Z", "3 hr ago"],
  ["2026-03-01T09:00:00Z", "1 Mar"],
])("%s is %s", (at, words) => {
  expect(inEnglish.ago(at).replaceAll(".", "")).toBe(words);
});

test("what is left of a window is rounded up, never below nothing", () => {
  expect(inEnglish.timeLeft("2026-03-10T12:00:01Z")).toBe("1 min");
  expect(inEnglish.timeLeft("2026-03-11T09:04:00Z")).toBe("21 h 04 min");
  expect(inEnglish.timeLeft("2026-03-10T11:00:00Z")).toBe("0 min");
});

test("from right to left, the sign of a currency keeps its order", () => {
  const dollars = { style: "currency", currency: "USD" } as const;
  expect(createI18n("ar", english, "ar").number(1, dollars)).toContain("\u2066US$\u2069");
  expect(createI18n("en", english, "en").number(1, dollars)).toBe("$1.00");
});
