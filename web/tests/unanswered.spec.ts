// What a bot could not answer is taught with one click, and tried.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, signIn, test } from "./screens.ts";

const demo = useDemo();

test("questions a bot could not answer are taught, tried, tested and put away", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  const phone = await page.locator(".numbers a.main").getAttribute("href");
  const number = new URL(phone ?? "").searchParams.get("number") ?? "";
  await page.goto(`${demo.dashboard}bots?tab=unanswered`);
  await expect(page.getByText("There are none.")).toBeVisible();
  await audit(page);
  const questions = ["Do you repair helicopters?", "Helicopter repair", "Do you rent submarines?"];
  for (const [index, text] of questions.entries()) {
    const from = `9053099988${index}0`;
    await demo.simulate("POST", "inbound", { phone_number_id: number, from, name: `Customer ${index}`, text });
  }
  const row = (text: string) => page.locator(".unanswered > li", { hasText: text });
  await expect(async () => {
    await page.reload();
    await expect(row("elicopter")).toContainText("asked 2 times", { timeout: 2_000 });
    await expect(row("submarines")).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByRole("navigation", { name: "Parts of the bot" })).toContainText("Unanswered2");
  await row("elicopter").getByText("Who asked").click();
  await expect(row("elicopter").locator(".examples li")).toHaveCount(2);
  await audit(page);

  // Putting away can be taken back.
  await row("submarines").getByRole("button", { name: "Dismiss" }).click();
  await expect(row("submarines")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row("submarines")).toBeVisible();

  await row("elicopter").getByRole("button", { name: "Teach" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Question")).not.toHaveValue("");
  await dialog.getByLabel("Question").fill("Do you repair helicopters?");
  await dialog.getByLabel("Answer").fill("No, we bake bread.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row("elicopter")).toHaveCount(0);
  await audit(page);
  await page.getByRole("button", { name: "Add test" }).click();
  await expect(dialog.getByLabel("Calling people")).toHaveValue("never");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("It is among the tests now.")).toBeVisible();
  await page.locator(".taught").getByRole("button", { name: "Try it" }).click();
  await page.getByRole("button", { name: "Say it" }).click();
  await expect(page.locator(".tried .line.answer")).toContainText("we bake bread");

  await page.getByRole("link", { name: /^Unanswered/ }).click();
  await row("submarines").getByText("Who asked").click();
  await row("submarines").locator(".examples a").click();
  await expect(page).toHaveURL(/\/inbox\//);
  await expect(page.getByText("Do you rent submarines?").last()).toBeVisible();
});
