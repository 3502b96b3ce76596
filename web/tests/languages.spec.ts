// English, Turkish and Arabic say the same things, and the page turns with the language.

import { readFile, readdir } from "node:fs/promises";

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, test } from "./screens.ts";

type Text = string | Record<string, string>;
type Dictionary = Record<string, Text>;

const PAGES = new URL("../../crates/server/pages/app/", import.meta.url);
const demo = useDemo();

async function dictionary(language: string): Promise<Dictionary> {
  const source = await readFile(new URL(`lang/${language}.js`, PAGES), "utf8");
  const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return module.default as Dictionary;
}

const gaps = (text: Text | undefined) => [...new Set(JSON.stringify(text ?? "").match(/\{\w+\}/g))].sort();

for (const language of ["tr", "ar"]) {
  test(`the dictionary ${language} has every text, with the same gaps and all plural forms`, async () => {
    const [english, other] = await Promise.all([dictionary("en"), dictionary(language)]);
    expect(Object.keys(other).sort()).toEqual(Object.keys(english).sort());
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    for (const [key, text] of Object.entries(english)) {
      expect(gaps(other[key]), key).toEqual(gaps(text));
      if (typeof text !== "string") expect(Object.keys(other[key] ?? {}).sort(), key).toEqual(forms);
    }
  });
}

test("every text that the scripts name is in the dictionary", async () => {
  const english = await dictionary("en");
  const scripts = (await readdir(PAGES)).filter((name) => name.endsWith(".js"));
  for (const script of scripts) {
    const source = await readFile(new URL(script, PAGES), "utf8");
    for (const [, key = ""] of source.matchAll(/\bt\("([^"]+)"/g)) expect(english, script).toHaveProperty([key]);
  }
});

for (const { language, title, dir } of [
  { language: "tr", title: "WhatsApp'ı bağla", dir: "ltr" },
  { language: "ar", title: "ربط واتساب", dir: "rtl" },
]) {
  test.describe(language, () => {
    test.use({ locale: language });

    test("the browser's language is taken, and the page turned its way", async ({ page }) => {
      await signIn(page, demo);
      await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
      await expect(page.locator("html")).toHaveAttribute("dir", dir);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await audit(page);
      await page.goto(`${demo.dashboard}#/inbox`);
      await expect(page.locator(".rows .empty")).toBeVisible();
      await audit(page);
    });
  });
}

test("the language one chooses stays", async ({ page }) => {
  await page.goto(demo.dashboard);
  await page.getByRole("combobox", { name: "Language" }).selectOption("ar");
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  await page.reload();
  await expect(page.getByRole("heading", { name: "تسجيل الدخول" })).toBeVisible();
});
