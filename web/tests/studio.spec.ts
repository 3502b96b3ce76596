// Whoever runs the business sets the bot up, and tries it before a customer does.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, test } from "./screens.ts";

const demo = useDemo();

test("the bot is tried out by keyboard, and shows what it answers from", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=try`);
  const said = page.locator(".tried .line");
  const field = page.getByRole("textbox", { name: "Write as a customer" });
  await expect(page.locator(".opening button").first()).toBeVisible();
  await audit(page);

  await field.fill("What time do you open?");
  await page.keyboard.press("Enter");
  const answer = page.locator(".tried .line.answer");
  await expect(answer).toContainText("7:00");
  await expect(answer).toContainText("English");
  await expect(answer).toContainText("tokens read");
  await expect(answer).toContainText("$0.00");
  await expect(field).toHaveValue("");
  await answer.getByText("found", { exact: false }).click();
  await expect(answer.locator(".found li.used").first()).toContainText("%");
  await audit(page);

  await page.keyboard.press("Escape");
  await field.focus();
  await page.keyboard.press("ArrowUp");
  await expect(field).toHaveValue("What time do you open?");
  await field.fill("I want to talk to a real person");
  await page.keyboard.press("Enter");
  await expect(page.locator(".tried .line.handoff")).toContainText("A colleague will answer you here shortly.");
  await audit(page);

  await page.getByRole("button", { name: "Start over" }).click();
  await expect(said).toHaveCount(0);
  await expect(field).toBeFocused();
  await page.getByRole("link", { name: "Inbox", exact: true }).click();
  await expect(page.getByText("No open conversations.")).toBeVisible();
});

test("settings that are not saved are tried, and stay unsaved", async ({ page }) => {
  await signIn(page, demo);
  await page.getByRole("link", { name: "Bot", exact: true }).click();
  await page.getByLabel("When it hands over to people").selectOption("own");
  await page.getByLabel("Its sentence").fill("Rosa comes at once.");
  await page.getByRole("link", { name: "Try it" }).click();
  await expect(page.getByText("settings you have not saved yet")).toBeVisible();
  await page.getByRole("textbox", { name: "Write as a customer" }).fill("I want to talk to a real person");
  await page.keyboard.press("Enter");
  await expect(page.locator(".tried .line.handoff")).toContainText("Rosa comes at once.");
  await page.getByRole("link", { name: "Inbox", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await page.goto(`${demo.dashboard}bots?tab=try`);
  await page.getByRole("textbox", { name: "Write as a customer" }).fill("I want to talk to a real person");
  await page.keyboard.press("Enter");
  await expect(page.locator(".tried .line.handoff")).toContainText("A colleague will answer you here shortly.");
});

test("a model that gives no answer, and a server that does not either, are told", async ({ page, complaints }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=try`);
  const field = page.getByRole("textbox", { name: "Write as a customer" });
  await demo.simulate("PUT", "faults", { on: "model", kind: "garbage", times: 1 });
  await field.fill("What time do you open?");
  await page.keyboard.press("Enter");
  await expect(page.locator(".tried .line.failed")).toContainText("The model gave no answer.");
  await page.route("**/api/bots/*/try", (route) => route.abort());
  await field.fill("Where are you?");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "cannot be reached" })).toBeVisible();
  await page.unroute("**/api/bots/*/try");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator(".tried .line.answer")).toBeVisible();
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("ERR_");
});

test("what the bot would find is shown while one types", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=knowledge`);
  await page.getByRole("searchbox", { name: "Search as a customer" }).fill("when do you open");
  await expect(page.locator(".find-box .found li").first()).toContainText("%");
  await audit(page);
  await page.getByRole("searchbox", { name: "Search as a customer" }).fill("helicopter");
  await expect(page.getByText("Nothing in its knowledge fits.")).toBeVisible();
});
