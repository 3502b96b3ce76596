// What an owner sets, and what comes of it.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, test } from "./screens.ts";

const demo = useDemo();

test("an API key is shown once, works, and stops working when it is revoked; the audit tells of both", async ({
  page,
  request,
}) => {
  await signIn(page, demo);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByRole("button", { name: "Make an API key" }).click();
  await page.getByLabel("Name").fill("Order system");
  await page.getByRole("dialog").getByRole("button", { name: "Make an API key" }).click();
  const secret = (await page.locator(".secret code").textContent()) ?? "";
  await audit(page);
  const numbers = () => request.get(`${demo.dashboard}api/numbers`, { headers: { "X-API-Key": secret } });
  expect((await numbers()).status()).toBe(200);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  const row = page.getByRole("row", { name: "Order system" });
  await expect(row).not.toContainText(secret);
  await audit(page);
  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(row).toContainText("revoked");
  expect((await numbers()).status()).toBe(401);
  await page.getByRole("link", { name: "Audit" }).click();
  await expect(page.getByRole("row")).toContainText([/When/, /Revoked an API key/, /Made an API key/]);
  await audit(page);
});

test("the business's settings are kept, and unsaved ones are asked about", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}settings/business`);
  await page.getByLabel("Handback by itself").selectOption({ label: "after 4 hours" });
  await page.getByRole("link", { name: "Profile" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await audit(page);
  await page.reload();
  await expect(page.getByLabel("Handback by itself").locator("option:checked")).toHaveText("after 4 hours");
});

test("what was not understood is told, and every other page of the settings holds", async ({ page }) => {
  await signIn(page, demo);
  for (const path of ["settings/leftovers", "settings/profile", "design", "nowhere"]) {
    await page.goto(`${demo.dashboard}${path}`);
    await expect(page.locator("h1")).toBeVisible();
    await audit(page);
  }
});

test("the palette goes anywhere, and a theme that is chosen stays", async ({ page }) => {
  await signIn(page, demo);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Screen, action or conversation" }).fill("sett");
  await audit(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("body")).toHaveCSS("background-color", "rgb(20, 19, 17)");
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(page.locator("body")).toHaveCSS("background-color", "rgb(20, 19, 17)");
});
