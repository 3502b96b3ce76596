// What an owner sees in the morning: how yesterday went, what it used, and what the bot should learn from it.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, openPhone, say, signIn, test } from "./screens.ts";

const demo = useDemo();

test("what happens shows in the figures, and an answer becomes knowledge", async ({ page }) => {
  const figure = (name: string) => page.locator(".figures > div", { hasText: name }).locator("strong");

  await test.step("nothing has happened yet", async () => {
    await signIn(page, demo);
    await page.goto(`${demo.dashboard}overview`);
    await expect(page.getByText("Nobody has written in this time.")).toBeVisible();
    await expect(figure("Conversations")).toHaveText("0");
    await audit(page);
  });

  const phone = await test.step("a customer is answered, and asks what nobody has taught the bot", async () => {
    await page.goto(`${demo.dashboard}connect`);
    await connect(page);
    const phone = await openPhone(page);
    await say(phone, "What time do you open?");
    await expect(phone.locator(".bubble.business")).toContainText(["7:00"]);
    await say(phone, "Do you repair helicopters?");
    await expect(phone.locator(".bubble.business").last()).toContainText("A colleague");
    return phone;
  });

  await test.step("people answer, and teach the bot from it", async () => {
    await page.getByRole("link", { name: "Inbox", exact: true }).click();
    await page.locator(".row").first().click();
    await page.getByRole("textbox", { name: "Your message" }).fill("Only on Tuesdays.");
    await page.keyboard.press("Enter");
    const answer = page.locator(".bubble.operator", { hasText: "Only on Tuesdays." });
    await expect(phone.locator(".bubble.business").last()).toContainText("Only on Tuesdays.");
    await answer.hover();
    await answer.getByRole("button", { name: "Teach from this answer" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Question", { exact: true })).toHaveValue("Do you repair helicopters?");
    await expect(dialog.getByLabel("Answer", { exact: true })).toHaveValue("Only on Tuesdays.");
    await audit(page);
    await dialog.getByLabel("Answer", { exact: true }).fill("We repair helicopters on Tuesdays.");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("The bot knows it now.")).toBeVisible();
    await page.goto(`${demo.dashboard}bots?tab=try`);
    await page.getByRole("textbox", { name: "Write as a customer" }).fill("Do you repair helicopters?");
    await page.keyboard.press("Enter");
    await expect(page.locator(".tried .line.answer")).toContainText("on Tuesdays");
  });

  await test.step("the first screen has the figures", async () => {
    await page.goto(demo.dashboard);
    await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
    await expect(figure("Conversations")).toHaveText("1");
    await expect(figure("Answered by AI")).toHaveText("1");
    await expect(figure("Handed to people")).toHaveText("1");
    await expect(figure("Waiting now")).toHaveText("0");
    await expect(figure("Wait for a person")).not.toHaveText("–");
    await page.getByText("The numbers as a table").first().click();
    await expect(page.locator(".chart table").first()).toContainText("From customers");
    await audit(page);
    await page.getByRole("link", { name: "30 days" }).click();
    await expect(page.locator(".chart svg").first().locator("g")).toHaveCount(30);
    await audit(page);
  });

  await test.step("and the settings what it used", async () => {
    await page.goto(`${demo.dashboard}settings/usage`);
    const total = page.locator(".numbers-table tr.total");
    await expect(total).toContainText("2");
    await expect(total).toContainText("US$0.0");
    await audit(page);
  });
});

test("a bot's hours, rules and limits are set and kept", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}settings/business`);
  await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByRole("link", { name: "Bot", exact: true }).click();
  await page.getByLabel("Keep opening hours").check();
  await expect(page.getByText("Times are those of Asia/Tokyo.")).toBeVisible();
  await page.getByRole("button", { name: "Remove: Tuesday 09:00" }).click();
  await page.getByLabel("Monday: to").fill("12:30");
  await page.getByRole("button", { name: "Add hours: Monday" }).click();
  await page.getByLabel("Days off").fill("2027-01-01");
  await page.getByRole("button", { name: "Add day" }).click();
  await page.getByLabel("When nobody is there").selectOption("hand_over");
  await page.getByLabel("Words that call people").fill("refund\niade et");
  await page.getByLabel("Answers to everybody in a day").fill("500");
  await audit(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Monday: from")).toHaveCount(2);
  await expect(page.getByLabel("Tuesday: from")).toHaveCount(0);
  await expect(page.locator(".holidays li")).toContainText(/1 Jan 2027|Jan 1, 2027/);
  await expect(page.getByLabel("When nobody is there")).toHaveValue("hand_over");
  await expect(page.getByLabel("Words that call people")).toHaveValue("refund\niade et");
  await page.getByRole("link", { name: "Try it" }).click();
  await page.getByRole("textbox", { name: "Write as a customer" }).fill("I want a REFUND");
  await page.keyboard.press("Enter");
  const outcome = page.locator(".tried .line.handoff");
  await expect(outcome).toContainText(/the customer said “refund”|outside the opening hours/);
});
