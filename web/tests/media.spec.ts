// Files, from the customer's phone to the operator and back; and what may be said when the window is closed.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { attachOnPhone, picture, sound } from "./files.ts";
import { audit, connect, openPhone, say, signIn, test } from "./screens.ts";

const demo = useDemo();
let phoneAddress = "";

test.describe.configure({ mode: "serial" });

test("a picture and a voice note arrive live, and can be looked at and listened to", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  const phone = await openPhone(page);
  phoneAddress = phone.url();
  await page.goto(`${demo.dashboard}inbox`);
  await phone.getByRole("textbox", { name: "Message" }).fill("This is the cake");
  await attachOnPhone(phone, "Photo", {
    name: "cake.png",
    mimeType: "image/png",
    buffer: picture(640, 400, [190, 90, 60]),
  });
  await expect(phone.locator(".bubble.customer img")).toBeVisible();
  await page.locator(".row").first().click();
  const photo = page.locator(".bubble.customer").first();
  await expect(photo).toContainText("This is the cake");
  await expect.poll(() => photo.locator("img").evaluate((it: HTMLImageElement) => it.naturalWidth)).toBe(640);
  await page.keyboard.press("t");
  await expect(page.locator(".band")).toContainText("You are in control");

  await attachOnPhone(phone, "Voice note", { name: "note.mp3", mimeType: "audio/mpeg", buffer: sound() });
  const voice = page.locator(".voice").first();
  await expect(voice.locator(".time")).toHaveText("0:02");
  const transcript = page.locator(".bubble.customer .transcript");
  await expect(transcript).toContainText("Transcript, English");
  await expect(transcript).toContainText("Could you write Deniz on the cake?");
  await voice.getByRole("button", { name: /Play/ }).click();
  await expect(voice.locator(".time")).not.toHaveText("0:02");
  await voice.getByRole("button", { name: /Speed/ }).click();
  await expect(voice.getByRole("button", { name: "Speed: 1.5 times" })).toBeVisible();
  await audit(page);

  await photo.locator("button.file-box").click();
  const large = page.getByRole("dialog");
  await expect(large.getByRole("img")).toBeVisible();
  await audit(page);
  await page.keyboard.press("Escape");
  await expect(large).toBeHidden();
});

test("the operator answers with a document, and the customer has it", async ({ page, context, complaints }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}inbox`);
  await page.locator(".row").first().click();
  const pdf = { name: "Offer – May.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 an offer") };
  const program = { name: "harmless.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ\x90 a program") };
  await page.getByTestId("attach").setInputFiles([pdf, program]);
  const tray = page.locator(".tray");
  await expect(tray.getByRole("alert")).toContainText("WhatsApp does not take this file");
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  await audit(page);
  // Browsers tell of an upload that is refused; it was meant to be.
  expect(complaints.splice(0)).toEqual([expect.stringContaining("415")]);
  await tray.getByRole("button", { name: "Remove harmless.pdf" }).click();
  await page.getByRole("textbox", { name: "Your message" }).fill("Our offer");
  await page.keyboard.press("Enter");
  const sent = page.locator(".bubble.operator", { hasText: "Offer – May.pdf" });
  await expect(sent).toContainText("Our offer");
  await expect(sent.locator(".tick")).toHaveText(/Sent|Delivered|Read/);
  await expect(tray).toBeHidden();
  const saved = page.waitForEvent("download");
  await sent.getByRole("button", { name: "Save Offer – May.pdf" }).click();
  expect((await saved).suggestedFilename()).toBe("Offer – May.pdf");
  const phone = await context.newPage();
  await phone.goto(phoneAddress);
  await expect(phone.locator(".bubble.business", { hasText: "Offer – May.pdf" })).toContainText("Our offer");
});

test("emoji and reactions", async ({ page, context }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}inbox`);
  await page.locator(".row").first().click();
  const input = page.getByRole("textbox", { name: "Your message" });
  await input.fill("Thank you ");
  await page.getByRole("button", { name: "Emoji" }).click();
  await audit(page);
  await page.getByRole("button", { name: "🎂" }).first().click();
  await expect(input).toHaveValue("Thank you 🎂");
  await page.keyboard.press("Enter");
  await expect(page.locator(".bubble.operator", { hasText: "Thank you 🎂" })).toBeVisible();
  const photo = page.locator(".bubble.customer").first();
  await photo.hover();
  await photo.getByRole("button", { name: "React" }).click();
  await page.getByRole("menuitem", { name: "❤️" }).click();
  await expect(photo.locator(".reactions")).toContainText("❤️");
  const phone = await context.newPage();
  await phone.goto(phoneAddress);
  await expect(phone.locator(".bubble.customer .reaction")).toHaveText("❤️");
});

test("when the window is closed, a template is sent", async ({ page }) => {
  await signIn(page, demo);
  const number = new URL(phoneAddress).searchParams.get("number");
  const longAgo = Math.floor(Date.now() / 1000) - 30 * 3600;
  await demo.simulate("POST", "inbound", {
    phone_number_id: number,
    from: "905309998877",
    name: "Selin",
    text: "I will come by tomorrow",
    timestamp: longAgo,
  });
  await page.goto(`${demo.dashboard}inbox`);
  await page.locator(".row", { hasText: "Selin" }).click();
  await expect(page.getByRole("textbox", { name: "Your message" })).toBeDisabled();
  await page.getByRole("button", { name: "Send a template" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("hello_world");
  await audit(page);
  await dialog.getByRole("button", { name: /hello_world/ }).click();
  await expect(dialog).toContainText("What Selin will read");
  await audit(page);
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  const sent = page.locator(".bubble.operator", { hasText: "Welcome and congratulations" });
  await expect(sent.locator(".tick")).toHaveText(/Sent|Delivered|Read/);
});

test("an answer of the AI shows what it was written from", async ({ page, context }) => {
  await signIn(page, demo);
  const phone = await context.newPage();
  const other = new URL(phoneAddress);
  other.searchParams.set("from", "905301234500");
  await phone.goto(other.href);
  await expect(phone.getByRole("textbox", { name: "Message" })).toBeVisible();
  await say(phone, "What time do you open?");
  await page.goto(`${demo.dashboard}inbox`);
  await page.locator(".row", { hasText: /7:00/ }).first().click();
  await page.getByRole("button", { name: /From \d+ passage/ }).click();
  await expect(page.getByRole("dialog")).toContainText("7:00");
  await audit(page);
});

test("templates and notifications have their settings", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}settings/templates`);
  await expect(page.locator(".templates li")).toContainText(["hello_world"]);
  await expect(page.locator(".templates .chip").first()).toHaveText("approved");
  await audit(page);
  await page.goto(`${demo.dashboard}settings/notifications`);
  await page.getByLabel("Tell me of").selectOption("person");
  await page.getByLabel("A soft sound").check();
  await audit(page);
  await page.reload();
  await expect(page.getByLabel("Tell me of")).toHaveValue("person");
  await expect(page.getByLabel("A soft sound")).toBeChecked();
});

test("the app can be installed, and opens without a network", async ({ page, context, complaints }) => {
  await signIn(page, demo);
  const manifest = await page.request.get(`${demo.dashboard}manifest.webmanifest`);
  expect(manifest.headers()["content-type"]).toContain("application/manifest+json");
  for (const { src } of (await manifest.json()).icons)
    expect((await page.request.get(new URL(src, demo.dashboard).href)).status(), src).toBe(200);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await page.reload();
  await expect(page.locator("main#main")).toBeVisible();
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain("/");
  expect(
    kept.filter((path) => path.startsWith("/api/")),
    "nothing of the API is kept",
  ).toEqual([]);
  await context.setOffline(true);
  await page.goto(`${demo.dashboard}inbox`);
  await expect(page.locator("#app")).not.toBeEmpty();
  await context.setOffline(false);
  // Without a network, requests fail: that is what was asked for.
  complaints.splice(0);
});
