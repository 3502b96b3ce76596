// A business has models of its own asked, says what they may use, and sees what they have used.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, test } from "./screens.ts";

const demo = useDemo();

test("a model server is named, tried out, kept and removed, and a budget is set", async ({ page, complaints }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}settings/models`);
  await expect(page.getByText("Answering: simulated", { exact: false })).toBeVisible();
  await audit(page);

  await page.getByRole("button", { name: "Set up: Your own server" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill("http://models.example.com/v1");
  await dialog.getByLabel("Key", { exact: true }).fill("sk-of-our-own");
  await dialog.getByLabel("Answering").fill("small");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("must be an https address", { exact: false }).first()).toBeVisible();
  await audit(page);
  // The browser's own line about the 422.
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("422");

  // It leads into the network, and is not asked.
  await dialog.getByLabel("Address").fill("https://localhost/v1");
  await dialog.getByRole("button", { name: "Try it out" }).click();
  await expect(dialog.getByText("small: cannot be reached", { exact: false })).toBeVisible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("https://localhost/v1")).toBeVisible();
  await expect(page.getByText("with a key", { exact: false })).toBeVisible();

  // The key stays unless another is entered, and cannot go anywhere else.
  await page.getByRole("button", { name: /Edit.*Your own server/ }).click();
  await expect(dialog.getByLabel("Key", { exact: true })).toHaveValue("keep");
  await dialog.getByLabel("Address").fill("https://elsewhere.invalid/v1");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("must be entered again", { exact: false }).first()).toBeVisible();
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("422");
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: /Delete.*Your own server/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("https://localhost/v1")).toHaveCount(0);

  await page.getByLabel("Tokens, read and written").fill("200000");
  await page.getByLabel("US dollars").fill("2.5");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved", { exact: false })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Tokens, read and written")).toHaveValue("200000");
  await audit(page);

  // What is tried out is counted, too.
  await page.goto(`${demo.dashboard}bots?tab=try`);
  await page.getByRole("textbox", { name: "Write as a customer" }).fill("When are you open?");
  await page.getByRole("button", { name: "Say it" }).click();
  await expect(page.locator(".tried .line").last()).toBeVisible();
  await expect(async () => {
    await page.goto(`${demo.dashboard}settings/models`);
    await expect(page.getByRole("cell", { name: "simulated" }).first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
});
