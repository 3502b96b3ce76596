// Who comes to work for a business, and what they may do.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, test } from "./screens.ts";

const demo = useDemo();
const PASSWORD = "seven loaves of rye";

async function openSettings(page: Page, name: string) {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name, exact: true }).click();
}

test("who is invited comes in by the mail's link, and may do what the role allows", async ({ page, browser }) => {
  await signIn(page, demo);
  await openSettings(page, "People");
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill("mehmet@bakery.example");
  await dialog.getByLabel("Role").selectOption("operator");
  await audit(page);
  await dialog.getByRole("button", { name: "Invite" }).click();
  await expect(page.getByRole("row", { name: "mehmet@bakery.example" })).toContainText("open until");
  await audit(page);

  const token = await demo.tokenFor("mehmet@bakery.example");
  const theirs = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await theirs.goto(`${demo.dashboard}invitation#token=${token}`);
  await expect(theirs.getByRole("heading", { name: "Work with Corner Bakery" })).toBeVisible();
  await audit(theirs);
  await theirs.getByLabel("Your name").fill("Mehmet Usta");
  await theirs.getByLabel("Password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Accept" }).click();
  await openSettings(theirs, "People");
  await expect(theirs.getByRole("row", { name: "Mehmet Usta" })).toContainText("Operator");
  await expect(theirs.getByRole("button", { name: "Invite" })).toHaveCount(0);
  const { access_token } = await (await theirs.request.post(`${demo.dashboard}api/auth/refresh`)).json();
  const refused = await theirs.request.post(`${demo.dashboard}api/invitations`, {
    headers: { authorization: `Bearer ${access_token}` },
    data: { email: "nobody@bakery.example", role: "viewer" },
  });
  expect(refused.status()).toBe(403);

  await page.reload();
  await page.getByLabel("Role of Mehmet Usta").selectOption("viewer");
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByRole("row", { name: "Mehmet Usta" }).getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("row", { name: "Mehmet Usta" })).toHaveCount(0);

  await test.step("it is all on record, and can be narrowed and taken along", async () => {
    await page.getByRole("link", { name: "Audit" }).click();
    await expect(page.getByRole("row", { name: /Invited somebody/ })).toBeVisible();
    await page.getByLabel("What").selectOption("Removed somebody");
    await expect(page.getByRole("row")).toHaveCount(2);
    await expect(page.getByRole("row", { name: /Removed somebody/ })).toBeVisible();
    await audit(page);
    const href = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
    const file = await page.request.get(new URL(href ?? "", demo.dashboard).href);
    expect(file.status()).toBe(200);
    const lines = (await file.text()).trim().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("person.removed");
    await page.getByLabel("Until").fill("2020-01-01");
    await expect(page.getByText("Nothing of this kind was done.")).toBeVisible();
  });
});
