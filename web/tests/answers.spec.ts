// What an answer was written from and what it took, what was said before it, and whether pictures are looked at.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, signIn, test } from "./screens.ts";

const demo = useDemo();
const ROUNDS = 5;
/** With so much in each message, a model soon reads the newest alone. */
const TALK = "bla ".repeat(900);

test.describe.configure({ mode: "serial" });

test("an answer tells what it took, and a long conversation is there in short", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  const phone = (await page.locator(".numbers a.main").getAttribute("href")) ?? "";
  const phone_number_id = new URL(phone).searchParams.get("number");
  const says = (text: string) =>
    demo.simulate("POST", "inbound", { phone_number_id, from: "905301112233", name: "Deniz", text });
  await says("What time do you open? My order is number 4711.");
  await page.goto(`${demo.dashboard}inbox`);
  await page.locator(".row", { hasText: "Deniz" }).click();
  const answers = page.locator(".bubble.ai");
  await expect(answers).toHaveCount(1);
  const panel = page.getByRole("complementary", { name: "Contact" });
  await expect(panel).toBeVisible();
  await expect(panel.locator("details")).toHaveCount(0);

  await answers.first().locator(".sources").click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator(".passages li")).not.toHaveCount(0);
  await expect(dialog).toContainText("tokens read");
  await expect(dialog).toContainText("$0.00");
  await audit(page);
  await page.keyboard.press("Escape");

  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = await demo.modelRequests();
    await says(`What time do you open? ${TALK}`);
    // The thread holds what is in sight alone, and with such messages that is not much.
    await expect.poll(() => demo.modelRequests()).toBeGreaterThan(asked);
    await expect(page.locator(".bubble").last()).toHaveClass(/\bai\b/);
  }
  await expect(async () => {
    await page.reload();
    await expect(panel.locator("details")).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(panel.getByText("4711")).toBeHidden();
  await panel.getByText("Summary of the earlier conversation").click();
  await expect(panel.getByText("4711")).toBeVisible();
  await expect(panel.locator("details time")).toBeVisible();
  await audit(page);
});

test("a bot that is not to look at pictures stays so", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots`);
  const looks = page.getByRole("checkbox", { name: "Shows its model the pictures of customers" });
  await expect(looks).toBeChecked();
  await looks.uncheck();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(looks).not.toBeChecked();
  await audit(page);
});
