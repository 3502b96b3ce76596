// Signing in at the platform's identity provider, which the simulator plays.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, signOut, test } from "./screens.ts";

const demo = useDemo();
const BUTTON = "Simulated single sign-on";

/** From the sign-in page through the provider's page, as somebody. */
async function goAs(page: Page, who: string | { name: string; email: string }, pretending: string[] = []) {
  await page.goto(`${demo.dashboard}sign-in`);
  await page.getByRole("link", { name: BUTTON }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  if (typeof who === "string") {
    await page.getByText(who).click();
  } else {
    await page.getByText("Somebody else", { exact: true }).click();
    await page.getByLabel("Name").fill(who.name);
    await page.getByLabel("E-mail").fill(who.email);
  }
  if (pretending.length > 0) await page.getByText("Pretend…").click();
  for (const name of pretending) await page.getByLabel(name).check();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("a newcomer names the business, and comes in by one click from then on", async ({ page, complaints }) => {
  const who = { name: "Nil Deniz", email: "nil@pier.example" };
  await page.goto(`${demo.dashboard}sign-in`);
  await expect(page.getByRole("link", { name: BUTTON })).toBeVisible();
  await audit(page);
  await goAs(page, who);
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await expect(page.getByText(who.email)).toBeVisible();
  await expect(page.getByLabel("Your name")).toHaveValue("Nil Deniz");
  expect(page.url(), "the ticket is gone from the address").not.toContain("#");
  await audit(page);
  await page.getByLabel("Business").fill("Pier Café");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.locator("main#main")).toBeVisible();
  await signOut(page);
  await goAs(page, who);
  await expect(page.locator("main#main")).toBeVisible();
  await page.goto(`${demo.dashboard}settings/security`);
  await expect(page.getByRole("heading", { name: "Single sign-on" })).toBeVisible();
  await expect(page.getByText(who.email, { exact: true })).toBeVisible();
  await audit(page);
  await page.getByRole("button", { name: /^Remove/ }).click();
  await expect(page.getByText("It is your only way in.")).toBeVisible();
  // The browser's own line about what was refused.
  expect(complaints.splice(0)).toEqual([expect.stringContaining("status of 409")]);
});

test("an account is linked with the password and taken off again", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}settings/security`);
  await page.getByRole("button", { name: `Link: ${BUTTON}` }).click();
  const dialog = page.getByRole("dialog");
  await audit(page);
  const { password } = await (await fetch(`${demo.dashboard}api/demo`)).json();
  await dialog.getByLabel("Your password").fill(password);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await page.getByText("Mehmet Kaya").click();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("The account is linked.")).toBeVisible();
  await audit(page);
  await signOut(page);
  await goAs(page, "Mehmet Kaya");
  await expect(page.locator("main#main")).toBeVisible();
  await page.goto(`${demo.dashboard}settings/security`);
  await page.getByRole("button", { name: /^Remove.*mehmet@bakery.example/ }).click();
  await expect(page.getByText("Link an account, and it signs you in")).toBeVisible();
});

test("what goes wrong at the provider is told on the sign-in page", async ({ page }) => {
  for (const [pretending, told] of [
    ["The token is for another nonce", "What the sign-in service said does not hold."],
    ["The token has expired", "What the sign-in service said does not hold."],
    ["The token is for another client", "What the sign-in service said does not hold."],
    ["The provider tells no address", "does not tell your e-mail address"],
    ["The address is not verified", "This address has an account already."],
  ] as const) {
    await goAs(page, pretending.startsWith("The address") ? "Ayşe Usta" : "Harper Lee", [pretending]);
    await expect(page.getByRole("alert").filter({ hasText: told })).toBeVisible();
  }
  await audit(page);
  await page.getByRole("link", { name: BUTTON }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("You were not signed in there.")).toBeVisible();
});
