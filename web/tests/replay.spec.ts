// What the bot would say today to what customers said once is read beside what they were told then.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, signIn, test } from "./screens.ts";

const demo = useDemo();
const HOURS = "What time do you open?";
const SUBMARINES = "Do you rent submarines?";
const row = (page: Page, question: string) => page.locator(".replayed > li", { hasText: question });

test("past conversations are replayed, and tell what a change has changed", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=replay`);
  await expect(page.getByText("Nothing has been replayed yet.")).toBeVisible();
  await audit(page);

  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  const phone = await page.locator(".numbers a.main").getAttribute("href");
  const number = new URL(phone ?? "").searchParams.get("number") ?? "";
  const customers: [string, string][] = [
    ["905309998810", HOURS],
    ["905309998811", SUBMARINES],
  ];
  for (const [from, text] of customers) {
    await demo.simulate("POST", "inbound", { phone_number_id: number, from, name: `Customer ${from}`, text });
  }
  await page.goto(`${demo.dashboard}inbox`);
  await expect(page.getByRole("link", { name: /7:00/ }).first()).toBeVisible({ timeout: 60_000 });
  await page.goto(`${demo.dashboard}bots?tab=unanswered`);
  await expect(async () => {
    await page.reload();
    await expect(page.locator(".unanswered > li", { hasText: SUBMARINES })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000 });

  // The change: the hours are others, and the bot knows of submarines.
  const dialog = page.getByRole("dialog");
  await page.getByRole("link", { name: "Knowledge" }).click();
  await page.locator(".knowledge li", { hasText: "7:00" }).first().getByRole("button", { name: "Edit" }).click();
  await dialog.getByLabel("Answer").fill("Every day from nine to five.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByRole("link", { name: /^Unanswered/ }).click();
  await page.locator(".unanswered > li", { hasText: SUBMARINES }).getByRole("button", { name: "Teach" }).click();
  await dialog.getByLabel("Answer").fill("No, we bake bread.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);

  await page.getByRole("link", { name: "Replay" }).click();
  await demo.simulate("PUT", "delays", { model_ms: 8000 });
  await page.getByRole("button", { name: "New replay" }).click();
  await expect(dialog.getByLabel("Conversations")).toHaveValue("20");
  await audit(page);
  await dialog.getByLabel("Conversations").fill("10");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("progressbar")).toBeVisible();
  await expect(page.getByRole("button", { name: "New replay" })).toBeDisabled();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("It was stopped before it was through.")).toBeVisible({ timeout: 60_000 });
  await demo.simulate("PUT", "delays", { model_ms: 0 });

  await page.getByRole("button", { name: "New replay" }).click();
  await dialog.getByRole("button", { name: "Start" }).click();
  await expect(page.locator(".test-run .counts")).toContainText("1 now answered", { timeout: 60_000 });
  await expect(row(page, SUBMARINES).locator(".outcome")).toContainText("Now answered");
  await expect(row(page, SUBMARINES).locator(".sides section").first()).toContainText("People were called");
  await expect(row(page, SUBMARINES).locator(".sides section").last()).toContainText("we bake bread");
  const hours = row(page, HOURS);
  await expect(hours.locator(".outcome")).toContainText("Answered otherwise");
  await expect(hours.locator("del").first()).toBeVisible();
  await expect(hours.locator("ins").first()).toBeVisible();
  await hours.getByText("What it is written from").click();
  await expect(hours.locator(".found").first()).toContainText("7:00");
  await expect(hours.locator(".found").last()).toContainText("nine to five");
  await audit(page);

  await page.getByLabel("Show", { exact: true }).selectOption("now_answered");
  await expect(row(page, HOURS)).toHaveCount(0);
  await expect(row(page, SUBMARINES)).toBeVisible();
  await page.getByLabel("Show", { exact: true }).selectOption("error");
  await expect(page.getByText("There is nothing of this kind.")).toBeVisible();
  await page.getByLabel("Show", { exact: true }).selectOption("changed");
  await expect(page.locator(".replayed > li")).toHaveCount(2);

  await page.getByLabel("Replay", { exact: true }).selectOption({ index: 1 });
  await expect(page.getByText("It was stopped before it was through.")).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByLabel("Replay", { exact: true })).toHaveCount(0);

  await row(page, SUBMARINES).getByRole("link").click();
  await expect(page.locator(".bubble", { hasText: SUBMARINES })).toBeVisible();

  // The one conversation again. Whoever has the screen open sees it without asking.
  const colleague = await page.context().newPage();
  await colleague.goto(`${demo.dashboard}bots?tab=replay`);
  await expect(row(colleague, HOURS)).toBeVisible();
  await page.getByRole("button", { name: "Try again with today's bot" }).click();
  for (const screen of [page, colleague]) {
    await expect(row(screen, SUBMARINES).locator(".outcome")).toContainText("Now answered", { timeout: 60_000 });
    await expect(screen.locator(".replayed > li")).toHaveCount(1);
  }
  await expect(page).toHaveURL(/tab=replay/);
});
