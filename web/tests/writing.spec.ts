// What makes answering all day quick: replies kept for it, lists kept for it, and what is more than text.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, signIn, switchBotOff, test } from "./screens.ts";

const demo = useDemo();
let phoneAddress = "";

const arrives = (from: string, name: string, text: string) => {
  const phone_number_id = new URL(phoneAddress).searchParams.get("number");
  return demo.simulate("POST", "inbound", { phone_number_id, from, name, text });
};

async function open(page: Page, name: string) {
  await page.goto(`${demo.dashboard}inbox`);
  await page.locator(".row", { hasText: name }).click();
  await expect(page.locator(".thread-head h2")).toHaveText(name);
}

async function ask(page: Page, what: string) {
  await page.getByRole("button", { name: "Send something else" }).click();
  await page.getByRole("menuitem", { name: what }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  return dialog;
}

test.describe.configure({ mode: "serial" });

test("a canned reply is made, found after a slash, filled in and sent", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  phoneAddress = (await page.locator(".numbers a.main").getAttribute("href")) ?? "";
  await switchBotOff(page, demo);
  await page.goto(`${demo.dashboard}settings/canned-replies`);
  for (const [shortcut, title, text] of [
    ["hours", "Opening hours", "Hello {contact_name}, we open at seven. {my_name}, {business}"],
    ["thanks", "Thanks", "Thank you, and see you soon."],
  ] as const) {
    await page.getByRole("button", { name: "Make a reply" }).click();
    await page.getByLabel("Shortcut").fill(shortcut);
    await page.getByLabel("Title").fill(title);
    await page.getByRole("textbox", { name: "Text" }).fill(text);
    if (shortcut === "hours") await audit(page);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.locator(".own-list li", { hasText: title })).toBeVisible();
  }
  await audit(page);

  await arrives("905301112233", "Deniz", "When do you open?");
  await open(page, "Deniz");
  const input = page.getByRole("textbox", { name: "Your message" });
  await page.keyboard.press("r");
  await page.keyboard.type("/ho");
  await expect(page.getByRole("option", { name: /hours/ })).toBeVisible();
  await expect(page.getByRole("option")).toHaveCount(1);
  await audit(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("option")).toHaveCount(0);
  await expect(input).toHaveValue("/ho");
  await page.keyboard.type("u");
  await page.keyboard.press("Enter");
  await expect(input).toHaveValue("Hello Deniz, we open at seven. Ayşe Usta, Corner Bakery");
  await expect(page.locator(".bubble.operator"), "Enter took the reply, and sent nothing").toHaveCount(0);
  await page.keyboard.press("Enter");
  const sent = page.locator(".bubble.operator", { hasText: "Hello Deniz, we open at seven." });
  await expect(sent.locator(".tick")).toHaveText(/Sent|Delivered|Read/);
});

test("a list is kept under a name, shown again, and let go of", async ({ page }) => {
  await arrives("905304445566", "Ece", "The bread was burnt.");
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}inbox`);
  await expect(page.locator(".list .row")).toHaveCount(2);
  await page.getByRole("button", { name: /^Waiting/ }).click();
  await expect(page.locator(".list .row")).toHaveText([/Ece/]);
  const others = page.getByRole("button", { name: "More views" });
  await others.click();
  await page.getByRole("menuitem", { name: "Keep this view" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("To be answered");
  await dialog.getByLabel("For everybody in the business").check();
  await audit(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: /^Open/ }).click();
  await expect(page.locator(".list .row")).toHaveCount(2);
  await page.reload();
  await others.click();
  await audit(page);
  await page.getByRole("menuitem", { name: /To be answered/ }).click();
  await expect(page.getByRole("button", { name: /^Waiting/ })).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator(".list .row")).toHaveText([/Ece/]);
  await others.click();
  await page.getByRole("menuitem", { name: "Keep this view" }).click();
  await dialog.getByRole("button", { name: /Delete.*To be answered/ }).click();
  await expect(dialog.locator(".own-list")).toHaveCount(0);
});

test("a location, a contact and things to press are sent, and the customer presses one", async ({ page, context }) => {
  await signIn(page, demo);
  await open(page, "Ece");
  const phone = await context.newPage();
  const address = new URL(phoneAddress);
  address.searchParams.set("from", "905304445566");
  await phone.goto(address.href);
  const received = phone.locator(".bubble.business");

  await test.step("a location, from the address of a map", async () => {
    const dialog = await ask(page, "Send a location");
    await expect(dialog.getByRole("button", { name: "Send" })).toBeDisabled();
    await dialog.getByLabel("Link to a map, or coordinates").fill("https://maps.app.goo.gl/abc");
    await expect(dialog.getByText("No place can be read from this.")).toBeVisible();
    await dialog
      .getByLabel("Link to a map, or coordinates")
      .fill("https://www.google.com/maps/place/Moda/@40.98,29.02,17z");
    await dialog.getByLabel("Name (optional)").fill("The bakery");
    await expect(dialog.getByText("What Ece will see")).toBeVisible();
    await audit(page);
    // What was filled in outlives the dialog.
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await ask(page, "Send a location");
    await expect(dialog.getByLabel("Name (optional)")).toHaveValue("The bakery");
    await page.keyboard.press("Enter");
    const sent = page.locator(".bubble.operator", { hasText: "The bakery" });
    await expect(sent.getByRole("link", { name: "Show on a map" })).toHaveAttribute("href", /mlat=40.98&mlon=29.02/);
    await expect(sent.locator(".tick")).toHaveText(/Sent|Delivered|Read/);
    await expect(received).toContainText([/The bakery/]);
    await expect(page.getByRole("textbox", { name: "Your message" })).toBeFocused();
  });

  await test.step("two contacts", async () => {
    const dialog = await ask(page, "Send a contact");
    await dialog.getByLabel("Name").fill("Can Demir");
    await dialog.getByLabel("Phone").fill("ring me");
    await expect(dialog.getByText("This is no phone number.")).toBeVisible();
    await dialog.getByLabel("Phone").fill("+90 530 999 88 77");
    await dialog.getByRole("button", { name: "Another contact" }).click();
    const second = dialog.getByRole("group", { name: "Contact 2" });
    await second.getByLabel("Name").fill("Selin Ak");
    await second.getByLabel("E-mail").fill("selin@bakery.example");
    await audit(page);
    await dialog.getByRole("button", { name: "Send" }).click();
    const sent = page.locator(".bubble.operator", { hasText: "Can Demir" });
    await expect(sent).toContainText("selin@bakery.example");
    await expect(sent.locator(".tick")).toHaveText(/Sent|Delivered|Read/);
    await expect(received.last()).toContainText("Can Demir");
  });

  await test.step("reply buttons", async () => {
    const dialog = await ask(page, "Send reply buttons");
    await dialog.getByLabel("Text").fill("Shall we deliver a new one?");
    await dialog.getByRole("textbox", { name: "Choice 1", exact: true }).fill("Yes, please");
    await dialog.getByRole("button", { name: "Another choice" }).click();
    await expect(dialog.getByRole("textbox", { name: "Choice 2", exact: true })).toBeFocused();
    await page.keyboard.type("Yes, please");
    await expect(dialog.getByRole("alert")).toContainText("stands there twice");
    await dialog.getByRole("textbox", { name: "Choice 2", exact: true }).fill("No, a refund");
    await audit(page);
    await dialog.getByRole("button", { name: "Send" }).click();
    const sent = page.locator(".bubble.operator", { hasText: "Shall we deliver a new one?" });
    await expect(sent.locator(".options li")).toHaveText(["Yes, please", "No, a refund"]);
    await phone.getByRole("button", { name: "No, a refund" }).click();
    await expect(page.locator(".bubble.customer", { hasText: "No, a refund" })).toBeVisible();
  });

  await test.step("a list", async () => {
    const dialog = await ask(page, "Send a list");
    await dialog.getByLabel("Text").fill("Which cake?");
    await dialog.getByLabel("Button that opens the list").fill("Our cakes");
    await dialog.getByRole("textbox", { name: "Choice 1", exact: true }).fill("Small");
    await dialog.getByLabel("More about choice 1").fill("For six");
    await audit(page);
    await dialog.getByRole("button", { name: "Send" }).click();
    const sent = page.locator(".bubble.operator", { hasText: "Which cake?" });
    await expect(sent.locator(".options li")).toContainText(["Small"]);
    await expect(sent.locator(".tick")).toHaveText(/Sent|Delivered|Read/);
    await phone.getByRole("button", { name: "Our cakes" }).click();
    await phone.getByText("For six").click();
    await expect(page.locator(".bubble.customer", { hasText: "Small" })).toContainText("For six");
  });

  await test.step("the customer is asked where they are", async () => {
    const dialog = await ask(page, "Ask for their location");
    await dialog.getByLabel("Text").fill("Where shall we bring it?");
    await dialog.getByRole("button", { name: "Send" }).click();
    await phone.getByRole("button", { name: "Send a place" }).click();
    await expect(page.locator(".bubble.customer", { hasText: "Kadıköy" })).toBeVisible();
  });
});

for (const [language, dir] of [
  ["tr", "ltr"],
  ["ar", "rtl"],
] as const) {
  test.describe(language, () => {
    test.use({ locale: language });

    test(`the same forms in ${language}`, async ({ page }) => {
      await signIn(page, demo);
      await page.goto(`${demo.dashboard}inbox`);
      await expect(page.locator("html")).toHaveAttribute("dir", dir);
      await page.locator(".row", { hasText: "Ece" }).click();
      for (const place of [1, 2, 3, 4, 5, 6]) {
        await page.locator("button.attach").click();
        await expect(page.getByRole("menuitem")).toHaveCount(8);
        if (place === 1) await audit(page);
        await page.getByRole("menuitem").nth(place).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await audit(page);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toBeHidden();
      }
    });
  });
}
