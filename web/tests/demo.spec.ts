// The story a newcomer goes through in the first two minutes.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, openPhone, say, signIn, test } from "./screens.ts";

const demo = useDemo();

test("a newcomer connects a number, is answered by the AI, takes over, answers, and hands back", async ({ page }) => {
  // Each screen is looked at by axe three times.

  await test.step("sign in", async () => {
    await page.goto(demo.dashboard);
    await expect(page.getByRole("textbox", { name: "E-mail" })).not.toHaveValue("");
    await audit(page);
    await signIn(page, demo);
  });

  await test.step("the bot answers without a quiet period", async () => {
    await page.getByRole("link", { name: "Bot", exact: true }).click();
    await audit(page);
    await page.getByRole("spinbutton", { name: "Quiet period" }).fill("0");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved.")).toBeVisible();
  });

  const phone = await test.step("connect WhatsApp", async () => {
    await page.getByRole("link", { name: "WhatsApp", exact: true }).click();
    await expect(page.getByRole("heading", { name: "What you need" })).toBeVisible();
    await audit(page);
    await connect(page);
    await audit(page);
    return openPhone(page);
  });
  const band = page.locator(".band");
  const onPhone = phone.locator(".bubble.business");

  await test.step("the AI answers, live on both sides", async () => {
    await page.getByRole("link", { name: "Go to the inbox" }).click();
    await expect(page.getByText("No open conversations.")).toBeVisible();
    await audit(page);
    await say(phone, "What time do you open?");
    await expect(onPhone).toContainText(["7:00"]);
    const row = page.locator(".row.ai");
    await expect(row).toContainText("7:00");
    await audit(page);
    await row.click();
    await expect(page.locator(".bubble.customer")).toContainText(["What time do you open?"]);
    await expect(page.locator(".bubble.ai")).toContainText(["7:00"]);
    await expect(band).toContainText("AI is answering");
  });

  await test.step("the ticks turn blue once the phone has shown it", async () => {
    const tick = page.locator(".bubble.ai .tick");
    await expect(tick).toHaveClass("tick read");
    await expect(tick).toHaveText("Read");
    await expect(tick).toHaveCSS("color", "rgb(11, 95, 192)");
    await audit(page);
  });

  await test.step("take over: the AI is silent, a person answers", async () => {
    const asked = await demo.modelRequests();
    await page.keyboard.press("t");
    await expect(band).toContainText("You are in control");
    await say(phone, "And do you deliver?");
    await expect(page.locator(".bubble.customer").last()).toContainText("And do you deliver?");
    await page.keyboard.press("r");
    await page.keyboard.type("I will bring it to you myself.");
    await page.keyboard.press("Enter");
    await expect(onPhone.last()).toContainText("I will bring it to you myself.");
    await expect(page.locator(".bubble.operator")).toContainText(["You"]);
    await expect(page.locator(".bubble.operator .tick")).toHaveClass("tick read");
    expect(await demo.modelRequests(), "the model is not even asked").toBe(asked);
    await expect(page.locator(".bubble.ai")).toHaveCount(1);
    await audit(page);
  });

  await test.step("hand back: the AI answers again", async () => {
    await page.getByRole("button", { name: "Hand back" }).click();
    await expect(band).toContainText("AI is answering");
    await say(phone, "How much is a sourdough loaf?");
    await expect(onPhone.last()).toContainText("120 TL");
    await expect(page.locator(".bubble.ai").last()).toContainText("120 TL");
    await expect(page.locator(".bubble.ai")).toHaveCount(2);
  });
});
