// What one does on the screens, and what must hold on each of them.

import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

import type { Demo } from "./demo.ts";

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const NARROW = { width: 360, height: 740 };
/** The pages of Meta's dialog for a number that is there already. */
const DIALOG_PAGES = [
  "Choose a business portfolio",
  "Choose a WhatsApp Business account",
  "Choose a phone number",
  "Review what you share",
];

/** A test that fails when a page's console tells of an error. */
export const test = base.extend<{ complaints: string[] }>({
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      context.on("console", (message) => {
        if (["error", "warning"].includes(message.type()))
          complaints.push(`${message.text()} ${message.location().url}`);
      });
      context.on("weberror", (error) => complaints.push(String(error.error())));
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

/** No violation in light and dark, and nothing wider than a small phone. */
export async function audit(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
  const size = page.viewportSize();
  await page.setViewportSize(NARROW);
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth), "no scrolling sideways").toBeLessThanOrEqual(
    NARROW.width,
  );
  if (size) await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: "light" });
}

async function expectAccessible(page: Page): Promise<void> {
  const axe = new AxeBuilder({ page }).withTags(STANDARDS);
  // A menu belongs to its button, wherever in the page it is drawn.
  if (await page.getByRole("menu").isVisible()) axe.disableRules("region");
  const { violations } = await axe.analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}

/** The demo fills the form in. */
export async function signIn(page: Page, demo: Demo): Promise<void> {
  await page.goto(demo.dashboard);
  await expect(page.locator("input[name=password]")).not.toHaveValue("");
  await page.locator("form button[type=submit]").click();
  await expect(page.locator("main#main")).toBeVisible();
}

/** People answer, and no bot: stored, not only shown. */
export async function switchBotOff(page: Page, demo: Demo): Promise<void> {
  await page.goto(`${demo.dashboard}bots`);
  const stored = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await page.getByRole("switch").click();
  await stored;
  await expect(page.getByText("off: people answer")).toBeVisible();
}

/** The window of Meta's dialog, opened by the button that begins a connection. */
export async function openDialog(page: Page): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await page.locator(".page > .buttons button").last().click();
  return opened;
}

/** Clicks through the pages of the simulated Meta, as far as the last one. */
export async function walkDialog(dialog: Page): Promise<void> {
  for (const name of DIALOG_PAGES) {
    await expect(dialog.getByRole("heading", { name })).toBeVisible();
    if (name !== DIALOG_PAGES.at(-1)) await dialog.locator("button.main").click();
  }
}

/** From the dashboard through the window of the simulated Meta. */
export async function connect(page: Page): Promise<void> {
  const dialog = await openDialog(page);
  await walkDialog(dialog);
  await dialog.locator("button.main").click();
  await expect(page.locator(".steps li.done")).toHaveCount(7);
}

/** The phone, opened from the dashboard in a window of its own. */
export async function openPhone(page: Page): Promise<Page> {
  const opened = page.context().waitForEvent("page");
  await page.locator(".numbers a.main").click();
  const phone = await opened;
  await expect(phone.getByRole("textbox", { name: "Message" })).toBeFocused();
  return phone;
}

/** The customer writes. */
export async function say(phone: Page, text: string): Promise<void> {
  await phone.getByRole("textbox", { name: "Message" }).fill(text);
  await phone.keyboard.press("Enter");
}

/** Out of the session, by the menu of whoever is signed in. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

/** The API, as whoever is signed in. */
export async function apiOf(page: Page, demo: Demo) {
  const { access_token: token } = await (await page.request.post(`${demo.dashboard}api/auth/refresh`)).json();
  const headers = { authorization: `Bearer ${token}` };
  const read = async (path: string) => (await page.request.get(`${demo.dashboard}api/${path}`, { headers })).json();
  const call = async (method: "post" | "patch" | "put", path: string, data: object) => {
    const answer = await page.request[method](`${demo.dashboard}api/${path}`, { headers, data });
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  const forget = (path: string) => page.request.delete(`${demo.dashboard}api/${path}`, { headers });
  return { read, call, forget };
}
