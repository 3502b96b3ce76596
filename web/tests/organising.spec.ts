// What an operator does with conversations besides talking.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, signIn, switchBotOff, test } from "./screens.ts";

const demo = useDemo();
let phoneNumberId = "";

const arrives = (from: string, name: string, text: string) =>
  demo.simulate("POST", "inbound", { phone_number_id: phoneNumberId, from, name, text });

const row = (page: Page, name: string) => page.locator(".row", { hasText: name });

async function open(page: Page, name: string) {
  await row(page, name).click();
  await expect(page.locator(".thread-head h2")).toHaveText(name);
}

/** Chooses what is written in a dialog's list, by a few letters. */
async function choose(page: Page, letters: string) {
  await page.getByRole("dialog").getByRole("combobox").fill(letters);
  await page.keyboard.press("Enter");
}

test.describe.configure({ mode: "serial" });

test("labels are made in the settings", async ({ page, complaints }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  const phone = await page.locator(".numbers a.main").getAttribute("href");
  phoneNumberId = new URL(phone ?? "").searchParams.get("number") ?? "";
  // People answer, so that nothing but what is done here moves.
  await switchBotOff(page, demo);
  await page.goto(`${demo.dashboard}settings/labels`);
  for (const [name, colour] of [
    ["Order", "Green"],
    ["Complaint", "Red"],
    ["Passing", "Grey"],
  ] as const) {
    await page.getByRole("button", { name: "Make a label" }).click();
    await page.getByLabel("Name").fill(name);
    await page.getByRole("radio", { name: colour }).check();
    if (name === "Order") await audit(page);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.locator(".own-list li", { hasText: name })).toBeVisible();
  }
  await page.getByRole("button", { name: /Edit.*Complaint/ }).click();
  await page.getByLabel("Name").fill("order");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toHaveText("This name is taken already.");
  // The browser's own line about the 409.
  expect(complaints.splice(0)).toHaveLength(1);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: /Delete.*Passing/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.locator(".own-list li")).toHaveCount(2);
  await audit(page);
});

test("a conversation is assigned, labelled, noted upon, snoozed, and resolved by keys alone", async ({ page }) => {
  await arrives("905301112233", "Deniz", "Do you bake wedding cakes?");
  await arrives("905304445566", "Ece", "The bread was burnt.");
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}inbox`);
  await open(page, "Deniz");
  await expect(page.getByRole("button", { name: /Waiting\s*2/ })).toBeVisible();

  await test.step("assign", async () => {
    await page.keyboard.press("a");
    await expect(page.getByRole("dialog")).toBeVisible();
    await audit(page);
    await choose(page, "me");
    await expect(page.locator(".head-facts .assignee")).toContainText("You");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.locator(".head-facts .assignee")).toHaveCount(0);
    await page.keyboard.press("a");
    await choose(page, "me");
    await expect(row(page, "Deniz").locator(".assignee")).toContainText("You");
  });

  await test.step("label", async () => {
    await page.keyboard.press("l");
    await choose(page, "ord");
    await expect(page.getByRole("option", { name: "Order" })).toContainText("chosen");
    await page.keyboard.press("Escape");
    await expect(row(page, "Deniz").locator(".label-tag")).toHaveText("Order");
    await page.getByLabel("Label", { exact: true }).selectOption("Order");
    await expect(page.locator(".list .row")).toHaveCount(1);
    await page.getByLabel("Label", { exact: true }).selectOption("All labels");
    await expect(page.locator(".list .row")).toHaveCount(2);
  });

  await test.step("a note with a mention calls who is named, and no customer", async () => {
    await page.keyboard.press("n");
    await page.keyboard.type("@ay");
    await expect(page.getByRole("option", { name: "Ayşe Usta" })).toBeVisible();
    await audit(page);
    await page.keyboard.press("Enter");
    await page.keyboard.type("can you do this by Friday?");
    await page.keyboard.press("Enter");
    const note = page.locator(".memo");
    await expect(note).toContainText("@Ayşe Usta can you do this by Friday?");
    await expect(note.locator("mark")).toHaveText("@Ayşe Usta");
    await expect(page.locator(".bubble.operator")).toHaveCount(0);
    await audit(page);
  });

  await test.step("snooze", async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("s");
    await expect(page.getByRole("dialog")).toBeVisible();
    await audit(page);
    await choose(page, "tom");
    await expect(page.locator(".put-aside")).toContainText("Snoozed until the customer writes");
    await audit(page);
    await page.getByRole("button", { name: "More views" }).click();
    await page.getByRole("menuitem", { name: "Snoozed" }).click();
    await expect(page.locator(".list .row")).toHaveText([/Deniz/]);
    // It opens when the customer writes.
    await arrives("905301112233", "Deniz", "Hello? For forty people.");
    await expect(page.locator(".put-aside")).toHaveCount(0);
    await page.getByRole("button", { name: /^Open/ }).click();
    await expect(row(page, "Deniz")).toContainText("For forty people.");
  });

  await test.step("resolve, and reopen", async () => {
    await page.keyboard.press("e");
    await expect(page.locator(".put-aside")).toContainText("Resolved.");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.locator(".put-aside")).toHaveCount(0);
    await page.keyboard.press("e");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(row(page, "Deniz")).toHaveCount(0);
    await expect(page.getByRole("button", { name: /Waiting\s*1/ })).toBeVisible();
  });
});

test("who is named in a note finds it among their mentions", async ({ page }) => {
  await signIn(page, demo);
  const { access_token: token } = await (await page.request.post(`${demo.dashboard}api/auth/refresh`)).json();
  const headers = { authorization: `Bearer ${token}` };
  const me = await (await page.request.get(`${demo.dashboard}api/auth/me`, { headers })).json();
  const list = await (await page.request.get(`${demo.dashboard}api/conversations`, { headers })).json();
  const ece = list.items.find((it: { contact: { name: string } }) => it.contact.name === "Ece");
  await page.goto(`${demo.dashboard}inbox`);
  await page.request.post(`${demo.dashboard}api/conversations/${ece.id}/notes`, {
    headers,
    data: { text: "@Ayşe Usta please", mentions: [me.user.id] },
  });
  const mentions = page.getByRole("button", { name: /Mentions\s*1/ });
  await expect(mentions).toBeVisible();
  await expect(row(page, "Ece")).toContainText("A note names you");
  await mentions.click();
  await audit(page);
  await open(page, "Ece");
  await expect(row(page, "Ece")).not.toContainText("A note names you");
  await expect(page.getByRole("button", { name: "Mentions", exact: true })).toBeVisible();
});

test("many are done at once, and undone at once", async ({ page }) => {
  for (const [index, name] of ["Ali", "Berk", "Cem"].entries()) await arrives(`90530777${index}`, name, "Hello");
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}inbox`);
  await expect(page.locator(".list .row")).toHaveCount(4);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.locator(".bulk")).toContainText("1 selected");
  await page.getByRole("checkbox", { name: "Select Ali" }).click({ modifiers: ["Shift"] });
  await expect(page.locator(".bulk")).toContainText("3 selected");
  await audit(page);
  await page.keyboard.press("l");
  await choose(page, "compl");
  await page.keyboard.press("Escape");
  await expect(page.locator(".list .label-tag")).toHaveCount(3);
  await page.locator(".bulk").getByRole("button", { name: "Resolve" }).click();
  await expect(page.locator(".list .row")).toHaveCount(1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(".list .row")).toHaveCount(4);
});

test("search finds customers and what was said, and opens the thread there", async ({ page }) => {
  for (let line = 1; line <= 60; line += 1) await arrives("905304445566", "Ece", `Line ${line}.`);
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}inbox`);
  await expect(page.locator(".list .row")).toHaveCount(4);
  await page.keyboard.press("/");
  await page.keyboard.type("BURN");
  const hit = page.locator(".hit");
  await expect(hit).toHaveCount(1);
  await expect(hit.locator("mark")).toHaveText("burnt");
  await audit(page);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  const found = page.locator(".bubble.found");
  await expect(found).toContainText("The bread was burnt.");
  await expect(found).toBeInViewport();
  await audit(page);
  await page.getByRole("button", { name: "To the newest" }).click();
  await expect(page.getByText("Line 60.", { exact: true }).last()).toBeInViewport();
  await page.keyboard.press("/");
  await page.getByRole("searchbox").fill("0530 444");
  await expect(page.locator(".found .row")).toHaveText([/Ece/]);
  await page.keyboard.press("Escape");
  await expect(page.locator(".list .row")).toHaveCount(4);

  await page.keyboard.press("/");
  await page.getByRole("searchbox").fill("burnt");
  await hit.click();
  await expect(found).toBeInViewport();
  await page.getByRole("textbox", { name: "Your message" }).fill("That must not happen.");
  await page.keyboard.press("Enter");
  const said = page.locator(".bubble.operator:not(.pending)", { hasText: "That must not happen." });
  await expect(said, "what one writes from there stays in sight").toBeInViewport();
});

for (const [language, dir] of [
  ["tr", "ltr"],
  ["ar", "rtl"],
] as const) {
  test.describe(language, () => {
    test.use({ locale: language });

    test(`the same in ${language}`, async ({ page }) => {
      await signIn(page, demo);
      await page.goto(`${demo.dashboard}inbox`);
      await expect(page.locator("html")).toHaveAttribute("dir", dir);
      await open(page, "Cem");
      for (const key of ["a", "l", "s"]) {
        await page.keyboard.press(key);
        await expect(page.getByRole("dialog")).toBeVisible();
        await audit(page);
        await page.keyboard.press("Escape");
        // While a dialog is in the page, keys are its own.
        await expect(page.getByRole("dialog")).toHaveCount(0);
      }
      await page.keyboard.press("n");
      await page.keyboard.type("@ay");
      await expect(page.getByRole("option", { name: /Ayşe Usta/ })).toBeVisible();
      await audit(page);
      await page.goto(`${demo.dashboard}settings/labels`);
      await expect(page.locator(".own-list li")).toHaveCount(2);
      await audit(page);
    });
  });
}

test("who types is seen by colleagues, until it is written", async ({ page, browser }) => {
  await arrives("905301112233", "Deniz", "And with candles?");
  await signIn(page, demo);
  const { access_token: token } = await (await page.request.post(`${demo.dashboard}api/auth/refresh`)).json();
  const invited = await page.request.post(`${demo.dashboard}api/invitations`, {
    headers: { authorization: `Bearer ${token}` },
    data: { email: "mehmet@bakery.example", role: "operator" },
  });
  expect(invited.status()).toBe(201);
  const theirs = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await theirs.goto(`${demo.dashboard}invitation#token=${await demo.tokenFor("mehmet@bakery.example")}`);
  await theirs.getByLabel("Your name").fill("Mehmet Usta");
  await theirs.getByLabel("Password").fill("seven loaves of rye");
  await theirs.getByRole("button", { name: "Accept" }).click();
  await theirs.getByRole("link", { name: "Inbox" }).click();
  await open(theirs, "Deniz");
  await page.goto(`${demo.dashboard}inbox`);
  await open(page, "Deniz");

  await theirs.keyboard.press("n");
  await theirs.keyboard.type("With gold ones");
  const typing = page.locator(".typing");
  await expect(typing).toHaveText("Mehmet Usta is writing a note");
  await audit(page);
  await theirs.keyboard.press("Enter");
  await expect(page.locator(".memo", { hasText: "With gold ones" })).toBeVisible();
  await expect(typing).toBeEmpty();
  await theirs.keyboard.press("Escape");
  await theirs.keyboard.press("r");
  await theirs.keyboard.type("With candles, too.");
  await expect(typing).toHaveText("Mehmet Usta is writing to the customer");
  await expect(theirs.locator(".typing"), "one does not need to be told of oneself").toBeEmpty();
  await theirs.keyboard.press("Enter");
  await expect(page.locator(".bubble.operator", { hasText: "With candles, too." })).toBeVisible();
  await expect(typing).toBeEmpty();
});
