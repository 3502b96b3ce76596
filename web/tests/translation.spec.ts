// An operator who reads English answers a customer who writes Turkish.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, signIn, switchBotOff, test } from "./screens.ts";

const demo = useDemo();
const CUSTOMER = "905301112233";
let phoneAddress = "";

const arrives = (text: string) => {
  const phone_number_id = new URL(phoneAddress).searchParams.get("number");
  return demo.simulate("POST", "inbound", { phone_number_id, from: CUSTOMER, name: "Deniz", text });
};

async function open(page: Page) {
  await page.goto(`${demo.dashboard}inbox`);
  await page.locator(".row", { hasText: "Deniz" }).click();
  await expect(page.locator(".thread-head h2")).toHaveText("Deniz");
}

const bubble = (page: Page, text: string) => page.locator(".bubble", { hasText: text });

test.describe.configure({ mode: "serial" });

test("a message is translated when it is asked for, and everything of its language from then on", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  phoneAddress = (await page.locator(".numbers a.main").getAttribute("href")) ?? "";
  await switchBotOff(page, demo);

  await arrives("Pazar günü teslimat yapıyor musunuz?");
  await open(page);
  const asked = bubble(page, "Pazar günü teslimat yapıyor musunuz?");
  await expect(asked.locator(".translation")).toHaveCount(0);
  await asked.getByRole("button", { name: "Translate" }).click();
  const said = asked.locator(".translation .text");
  await expect(said).toHaveText("Do you deliver on Sunday?");
  await expect(said).toHaveAttribute("lang", "en");
  await expect(asked.locator("> .text"), "both are there").toHaveText("Pazar günü teslimat yapıyor musunuz?");
  await audit(page);

  const always = page.getByRole("button", { name: "Translate Turkish" });
  await expect(always).toHaveAttribute("aria-pressed", "false");
  await always.click();
  const before = await demo.modelRequests();
  await arrives("Çikolatalı bir pasta sipariş etmek istiyorum.");
  await arrives("tamam");
  await expect(bubble(page, "Çikolatalı bir pasta").locator(".translation .text")).toHaveText(
    "I would like to order a chocolate cake.",
  );
  await expect(bubble(page, "tamam").locator(".translation .text")).toHaveText("[en] tamam");
  expect(await demo.modelRequests()).toBe(before + 2);
  await page.reload();
  await expect(page.locator(".translation .text")).toHaveText([
    "Do you deliver on Sunday?",
    "I would like to order a chocolate cake.",
    "[en] tamam",
  ]);
  expect(await demo.modelRequests(), "what was translated is kept").toBe(before + 2);
  await audit(page);
});

test("an answer is written in one's own language, seen in the customer's, changed and sent", async ({ page }) => {
  await signIn(page, demo);
  await open(page);
  const input = page.getByRole("textbox", { name: "Your message" });
  const answers = page.getByRole("button", { name: "Answer in Turkish" });
  await expect(answers).toHaveAttribute("aria-pressed", "false");
  await answers.click();
  await input.fill("For how many people should it be?");
  await input.press("Enter");
  const seen = page.getByRole("textbox", { name: "This goes out in Turkish" });
  await expect(seen).toHaveValue("Kaç kişilik olsun?");
  await expect(seen).toBeFocused();
  await expect(page.locator(".bubble.operator"), "nothing has left").toHaveCount(0);
  await audit(page);
  await page.keyboard.press("Escape");
  await expect(seen).toHaveCount(0);
  await expect(input).toHaveValue("For how many people should it be?");
  await expect(input).toBeFocused();
  await page.keyboard.press("Enter");
  await seen.fill("Pasta kaç kişilik olsun?");
  await seen.press("Enter");
  const sent = page.locator(".bubble.operator", { hasText: "Pasta kaç kişilik olsun?" });
  await expect(sent.locator(".tick")).toHaveText(/Sent|Delivered|Read/);
  await expect(sent.locator(".translation")).toHaveText(/Written in English.*For how many people should it be\?/s);
  await expect(input).toHaveValue("");

  await input.fill("Teşekkürler, görüşmek üzere!");
  await input.press("Enter");
  const own = page.locator(".bubble.operator", { hasText: "Teşekkürler, görüşmek üzere!" });
  await expect(own.locator(".tick"), "it is Turkish already").toHaveText(/Sent|Delivered|Read/);
  await expect(own.getByText("Written in")).toHaveCount(0);
});

test("a translator that fails is in nobody's way", async ({ page, complaints }) => {
  await signIn(page, demo);
  await open(page);
  await page.getByRole("button", { name: "Answer in Turkish" }).click();
  await demo.simulate("PUT", "faults", { on: "model", kind: "server_error", times: 1 });
  const input = page.getByRole("textbox", { name: "Your message" });
  await input.fill("Your cake is ready.");
  await input.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("The translator does not answer. Try again in a moment.");
  await audit(page);
  await page.getByRole("button", { name: "Send as written" }).click();
  const sent = page.locator(".bubble.operator", { hasText: "Your cake is ready." });
  await expect(sent.locator(".tick")).toHaveText(/Sent|Delivered|Read/);
  // The browser tells of the answer that failed.
  expect(complaints.splice(0).join()).toContain("503");
});

test("one reads in another language than that of the screens, from right to left", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}settings/profile`);
  await page.getByLabel("Translate messages into").selectOption("ar");
  await open(page);
  const asked = bubble(page, "Pazar günü teslimat yapıyor musunuz?");
  await asked.getByRole("button", { name: "Translate" }).click();
  const said = asked.locator(".translation .text");
  await expect(said).toHaveText("هل توصلون الطلبات يوم الأحد؟");
  await expect(said).toHaveAttribute("dir", "rtl");
  await expect(said).toHaveCSS("direction", "rtl");
});
