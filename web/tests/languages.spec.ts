// English, Turkish and Arabic say the same things, and the page turns with the language.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, test } from "./screens.ts";

const demo = useDemo();

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
      await page.goto(`${demo.dashboard}inbox`);
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
