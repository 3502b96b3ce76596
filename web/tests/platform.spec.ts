// Whoever runs the installation: suspending a business, acting in it, deleting it.

import { expect, type Page } from "@playwright/test";

import { type Demo, useDemo } from "./demo.ts";
import { audit, signIn, signOut, test } from "./screens.ts";

const demo = useDemo();

// Several screens are audited in each story.
test.describe.configure({ mode: "serial" });

/** As the person whom the demo's settings name. */
async function signInAsAdmin(page: Page, { dashboard }: Demo): Promise<void> {
  await page.goto(dashboard);
  const info = await (await page.request.get(`${dashboard}api/demo`)).json();
  await expect(page.locator("input[name=password]")).not.toHaveValue("");
  await page.getByLabel("E-mail").fill(info.admin_email);
  await page.getByLabel("Password").fill(info.password);
  await page.locator("form button[type=submit]").click();
  await expect(page.locator("main#main")).toBeVisible();
}

async function openBakery(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Platform", exact: true }).click();
  await page.getByLabel("Name, or the e-mail").fill("bakery");
  await page.getByRole("link", { name: "Corner Bakery" }).click();
  await expect(page.getByRole("heading", { name: "Corner Bakery" })).toBeVisible();
}

test("a business that is suspended sees why, and works again when it is let", async ({ page, complaints }) => {
  await signInAsAdmin(page, demo);
  await page.getByRole("link", { name: "Platform", exact: true }).click();
  await expect(page.locator(".data-table tbody tr")).toHaveCount(2);
  await audit(page);
  await page.getByLabel("Name, or the e-mail").fill("nobody has this name");
  await expect(page.getByText("No business matches.")).toBeVisible();
  await openBakery(page);
  await audit(page);
  await page.getByRole("button", { name: "Suspend" }).click();
  await audit(page);
  await page.getByLabel("Reason").fill("The invoice of May is not paid.");
  await page.getByRole("dialog").getByRole("button", { name: "Suspend" }).click();
  await expect(page.locator(".standing.suspended").first()).toBeVisible();
  await signOut(page);

  await signIn(page, demo);
  await expect(page.getByText("The invoice of May is not paid.")).toBeVisible();
  await page.goto(`${demo.dashboard}settings/business`);
  await page.getByLabel("Business name").fill("Renamed");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "suspended" })).toBeVisible();
  await audit(page);
  // The browser's own line about the 403.
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("403");
  await page.getByLabel("Business name").fill("Corner Bakery");
  await signOut(page);

  await signInAsAdmin(page, demo);
  await openBakery(page);
  await page.getByRole("button", { name: "Let it work again" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Let it work again" }).click();
  await expect(page.locator(".standing.active").first()).toBeVisible();
  await signOut(page);
});

test("who acts in another's business is told so on each screen, and the business reads it", async ({ page }) => {
  await signInAsAdmin(page, demo);
  await openBakery(page);
  await page.getByRole("button", { name: "Act in it" }).click();
  await page.getByLabel("Reason").fill("Ticket 7");
  await page.getByRole("dialog").getByRole("button", { name: "Act in it" }).click();
  const banner = page.getByRole("region", { name: "Visit" });
  await expect(banner).toContainText("Ada Platform, you are acting in Corner Bakery as: Viewer");
  await expect(page.getByRole("link", { name: "Platform", exact: true })).toHaveCount(0);
  for (const screen of ["Bot", "Settings", "Inbox"]) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: screen, exact: true }).click();
    await expect(banner).toBeVisible();
  }
  await audit(page);
  await banner.getByRole("button", { name: "End" }).click();
  await expect(page).toHaveURL(/platform/);
  await expect(banner).toHaveCount(0);
  await signOut(page);

  await signIn(page, demo);
  await page.goto(`${demo.dashboard}settings/audit`);
  await expect(page.getByRole("cell", { name: "Began to act in the business" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "Stopped acting in the business" })).toBeVisible();
  await expect(page.getByText("Ticket 7")).toBeVisible();
  await expect(page.getByRole("cell", { name: "Request of a visitor" }).first()).toBeVisible();
  await signOut(page);
});

test("an owner takes all of the business along", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}settings/business`);
  await page.getByRole("button", { name: "Make an archive" }).click();
  const link = page.getByRole("link", { name: "Download" });
  await expect(link).toBeVisible({ timeout: 60_000 });
  await audit(page);
  const downloading = page.waitForEvent("download");
  await link.click();
  expect((await downloading).suggestedFilename()).toMatch(/^switchboard-\d{4}-\d\d-\d\d\.zip$/);
  await signOut(page);
});

test("a business is deleted after its name is typed, and nothing is left", async ({ page, complaints }) => {
  await signInAsAdmin(page, demo);
  await openBakery(page);
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To go on, type its name").fill("Corner");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByText("This is not its name.")).toBeVisible();
  await audit(page);
  await dialog.getByLabel("To go on, type its name").fill("Corner Bakery");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page.locator(".progress").getByRole("status")).toContainText("nothing is left of its data", {
    timeout: 60_000,
  });
  await audit(page);
  await page.getByRole("link", { name: "Businesses" }).click();
  await expect(page.getByRole("heading", { name: "Deleted businesses" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Corner Bakery" })).toHaveCount(0);
  await audit(page);
  // The browser's own lines about the wrong name, and about a business that is not there any more.
  for (const complaint of complaints.splice(0)) expect(complaint).toMatch(/422|404/);
});
