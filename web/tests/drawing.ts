// Pictures of pages, in both themes, wide and narrow.

import { expect, type Locator, type Page } from "@playwright/test";

import type { Demo } from "./demo.ts";

export const FOLDER = new URL("../screenshots/", import.meta.url).pathname;
export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 360, height: 740 };
/** Until what a page reads is there: the event stream is never idle. */
export const SETTLED_MS = 500;
/** Of a page from its top to its end. */
const TALLEST = 4000;

export function drawing(demo: Demo) {
  async function shoot(page: Page, name: string, isWhole: boolean) {
    for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
      await page.setViewportSize(viewport);
      if (isWhole) {
        const height = await page.evaluate(() =>
          Math.max(...[...document.querySelectorAll("html, main, .page")].map(({ scrollHeight }) => scrollHeight)),
        );
        await page.setViewportSize({ ...viewport, height: Math.min(TALLEST, Math.max(viewport.height, height)) });
      }
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `${FOLDER}${name.replaceAll(/\W/g, "-")}-${colorScheme}-${size}.png` });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(WIDE);
  }

  const draw = (page: Page, name: string) => shoot(page, name, false);
  /** From its top to its end, without scrolling. */
  const drawWhole = (page: Page, name: string) => shoot(page, name, true);

  async function go(page: Page, path: string) {
    await page.goto(`${demo.dashboard}${path}`);
    await expect(page.locator("main")).toBeAttached();
    await page.waitForTimeout(SETTLED_MS);
  }

  /** A dialog or a menu that a button opens; Escape closes it. */
  async function drawOpened(page: Page, name: string, button: Locator) {
    const opened = page.locator('[role="dialog"], [role="alertdialog"], [role="menu"]');
    await button.click();
    await expect(opened.first()).toBeVisible();
    await page.waitForTimeout(SETTLED_MS);
    await draw(page, name);
    await page.keyboard.press("Escape");
    await expect(opened).toHaveCount(0);
  }
  return { draw, drawWhole, go, drawOpened };
}
