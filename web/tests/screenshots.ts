// Not a test of anything: pictures of every page, for people to look at.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { connect, openPhone, say, signIn, test } from "./screens.ts";

const demo = useDemo();
const FOLDER = new URL("../screenshots/", import.meta.url).pathname;
const PAGES = [
  "overview",
  "overview?range=30d",
  "inbox",
  "connect",
  "bots",
  "bots?tab=knowledge",
  "bots?tab=try",
  "settings/business",
  "settings/profile",
  "settings/security",
  "settings/templates",
  "settings/notifications",
  "settings/people",
  "settings/usage",
  "settings/api-keys",
  "settings/audit",
  "settings/leftovers",
  "design",
  "nowhere",
];
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };

test.describe.configure({ mode: "serial" });

async function draw(page: Page, name: string) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: `${FOLDER}${name.replaceAll(/[/?=]/g, "-")}-${colorScheme}-${size}.png` });
    }
  }
  await page.setViewportSize(WIDE);
}

test("a conversation is made", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await draw(page, "first-run-en");
  await connect(page);
  const phone = await openPhone(page);
  await say(phone, "What time do you open?");
  await expect(phone.locator(".bubble.business")).toContainText(["7:00"]);
});

/** As whoever runs the installation. */
async function signInAsAdmin(page: Page) {
  const info = await (await page.request.get(`${demo.dashboard}api/demo`)).json();
  await page.goto(demo.dashboard);
  await expect(page.locator("input[name=password]")).not.toHaveValue("");
  await page.locator("input[name=email]").fill(info.admin_email);
  await page.locator("input[name=password]").fill(info.password);
  await page.locator("form button[type=submit]").click();
  await expect(page.locator("main#main")).toBeVisible();
}

for (const language of ["en", "ar"]) {
  test.describe(language, () => {
    test.use({ locale: language, viewport: WIDE });

    test(`the platform in ${language}`, async ({ page }) => {
      await signInAsAdmin(page);
      await page.goto(`${demo.dashboard}platform`);
      await expect(page.locator(".data-table tbody tr")).toHaveCount(2);
      await draw(page, `platform-${language}`);
      await page.locator(".data-table a", { hasText: "Corner Bakery" }).click();
      await expect(page.locator("svg.usage")).toBeVisible();
      await draw(page, `platform-tenant-${language}`);
      const buttons = page.locator(".page > .buttons button");
      await buttons.nth(2).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await draw(page, `platform-delete-${language}`);
      await page.keyboard.press("Escape");
      await buttons.nth(0).click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("input").fill("Ticket 7");
      await draw(page, `platform-visit-${language}`);
      await dialog.locator("button[type=submit]").click();
      await expect(page.locator(".banner.visit")).toBeVisible();
      await page.waitForTimeout(500);
      await draw(page, `visit-${language}`);
      await page.locator(".banner.visit button").click();
      await expect(page.locator(".banner.visit")).toHaveCount(0);
    });

    test(`pages in ${language}`, async ({ page, complaints }) => {
      await page.goto(demo.dashboard);
      await expect(page.locator("input[name=password]")).not.toHaveValue("");
      await draw(page, `sign-in-${language}`);
      await signIn(page, demo);
      for (const path of PAGES) {
        await page.goto(`${demo.dashboard}${path}`);
        await expect(page.locator("h1")).toBeAttached();
        // Until what the page reads is there: the event stream is never idle.
        await page.waitForTimeout(500);
        await draw(page, `${path}-${language}`);
      }
      await page.goto(`${demo.dashboard}bots?tab=try`);
      await page.locator(".opening button").first().click();
      await page.locator(".tried .line.bot details summary").click();
      await draw(page, `tried-${language}`);
      await page.goto(`${demo.dashboard}bots`);
      await page.locator(".check input").check();
      await page.locator(".holidays").scrollIntoViewIfNeeded();
      await draw(page, `hours-${language}`);
      // What is not saved here is left without asking.
      page.once("dialog", (dialog) => dialog.accept());
      await page.goto(`${demo.dashboard}inbox`);
      await page.locator(".row").first().click();
      await expect(page.locator(".bubble").first()).toBeVisible();
      await draw(page, `thread-ai-${language}`);
      await page.keyboard.press("t");
      await expect(page.locator(".band.human")).toBeVisible();
      await draw(page, `thread-human-${language}`);
      await page.keyboard.press("h");
      await expect(page.locator(".band.ai")).toBeVisible();
      await page.keyboard.press("?");
      await draw(page, `keys-${language}`);
      complaints.splice(0);
    });
  });
}
