// What whoever answers customers all day relies on.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { apiOf, audit, connect, signIn, test } from "./screens.ts";

const demo = useDemo();
let phoneNumberId = "";

/** A customer writes. What is not text comes as WhatsApp has it, under its type. */
const arrives = (from: string, name: string, message: { text: string } | { raw: Record<string, unknown> }) =>
  demo.simulate("POST", "inbound", { phone_number_id: phoneNumberId, from, name, ...message });

async function open(page: Page, name: string) {
  await page.goto(`${demo.dashboard}inbox`);
  await page.locator(".row", { hasText: name }).click();
  await expect(page.locator(".band")).toBeVisible();
}

test.describe.configure({ mode: "serial" });

test("a takeover while the AI is thinking leaves its draft as a suggestion; Tab takes it", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  const phone = await page.locator(".numbers a.main").getAttribute("href");
  phoneNumberId = new URL(phone ?? "").searchParams.get("number") ?? "";
  await page.goto(`${demo.dashboard}inbox`);
  await demo.simulate("PUT", "delays", { model_ms: 10_000 });
  await arrives("905301112233", "Deniz", { text: "What time do you open?" });
  await page.locator(".row", { hasText: "Deniz" }).click();
  await expect(page.locator(".bubble.customer")).toContainText(["What time do you open?"]);
  await expect.poll(() => demo.modelRequests()).toBe(1);
  await page.keyboard.press("t");
  await expect(page.locator(".band")).toContainText("You are in control");
  const suggestion = page.locator(".suggestion");
  await expect(suggestion).toContainText("7:00", { timeout: 30_000 });
  await audit(page);
  await page.keyboard.press("r");
  await page.keyboard.press("Tab");
  await expect(suggestion).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Your message" })).toHaveValue(/7:00/);
  await page.keyboard.press("Enter");
  await expect(page.locator(".bubble.operator")).toContainText(["7:00"]);
  await expect(page.locator(".bubble.ai"), "what the AI had to say never left").toHaveCount(0);
  await demo.simulate("PUT", "delays", { model_ms: 0 });
});

test("every kind of message can be read, and one can be quoted", async ({ page }) => {
  await signIn(page, demo);
  const from = (raw: Record<string, unknown>) => arrives("905304445566", "Ece", { raw });
  await from({ type: "location", location: { latitude: 40.98, longitude: 29.03, name: "Moda Pier" } });
  await from({ type: "image", image: { id: "1", mime_type: "image/jpeg", sha256: "x", caption: "The cake I mean" } });
  await from({
    type: "document",
    document: { id: "2", mime_type: "application/pdf", sha256: "x", filename: "order.pdf" },
  });
  await from({ type: "audio", audio: { id: "3", mime_type: "audio/ogg", sha256: "x", voice: true } });
  await from({
    type: "contacts",
    contacts: [{ name: { formatted_name: "Can Demir" }, phones: [{ phone: "+90 530" }] }],
  });
  await from({ type: "button", button: { text: "Yes, please", payload: "yes" } });
  await open(page, "Ece");
  const bubbles = page.locator(".bubble.customer");
  await expect(bubbles).toContainText([
    /Moda Pier/,
    // Meta does not have these files: the thread says so, and what they were.
    /Photo.*does not have this file.*The cake I mean/,
    /order.pdf.*does not have this file/,
    /Voice message.*does not have this file/,
    /Can Demir/,
    /Button pressed.*Yes, please/,
  ]);
  await expect(page.getByRole("link", { name: "Show on a map" })).toHaveAttribute("href", /mlat=40.98&mlon=29.03/);
  await audit(page);
  const photo = bubbles.filter({ hasText: "The cake I mean" });
  await photo.hover();
  await photo.getByRole("button", { name: "Quote in your reply" }).click();
  await page.keyboard.type("We can bake that.");
  await page.keyboard.press("Enter");
  const own = page.locator(".bubble.operator", { hasText: "We can bake that." });
  await expect(own.locator(".quotation")).toHaveText("The cake I mean");
  await expect(own.locator(".tick")).toHaveText(/Sent|Delivered|Read/);
  await expect(own.locator(".quotation")).toHaveText("The cake I mean");
});

test("a message that WhatsApp refuses says why, and the list shows it", async ({ page }) => {
  await signIn(page, demo);
  await arrives("905307778899", "Ali", { text: "Hello?" });
  await demo.simulate("PUT", "faults", {
    on: "messages",
    kind: { code: 131026, http_status: 400 },
    to: "905307778899",
  });
  await open(page, "Ali");
  await page.keyboard.press("r");
  await page.keyboard.type("Good morning, Ali.");
  await page.keyboard.press("Enter");
  const refused = page.locator(".bubble.operator.failed");
  await expect(refused.locator(".failure bdi").first()).not.toBeEmpty();
  await refused.getByText("What WhatsApp said").click();
  await expect(refused).toContainText("131026");
  await expect(page.locator(".row", { hasText: "Ali" })).toContainText("Not sent");
  await audit(page);
});

test("what comes between a screen and the beginning of its news is shown, too", async ({ page }) => {
  let begin = () => {};
  const held = new Promise<void>((resolve) => {
    begin = resolve;
  });
  await page.route("**/api/events", async (route) => {
    await held;
    await route.continue();
  });
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}inbox`);
  await expect(page.locator(".row", { hasText: "Ece" })).toBeVisible();
  await arrives("905309990011", "Fatma", { text: "Good evening" });
  const { read } = await apiOf(page, demo);
  await expect.poll(async () => JSON.stringify(await read("conversations"))).toContain("Fatma");
  await expect(page.locator(".row", { hasText: "Fatma" })).toHaveCount(0);
  begin();
  await expect(page.locator(".row", { hasText: "Fatma" })).toBeVisible();
});
