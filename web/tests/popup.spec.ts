// Meta's dialog in a window of its own, by a stand-in for Meta's JavaScript SDK: what it tells, in whatever order.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, openDialog, signIn, test, walkDialog } from "./screens.ts";

const demo = useDemo();

const stepOf = (page: Page, name: string) => page.locator(`.steps li[data-step=${name}]`);
const expectConnected = (page: Page) => expect(page.locator(".steps li.done")).toHaveCount(7);

/** What the server makes of it when the dialog has ended: the answer to what the page sends then. */
async function completion(page: Page): Promise<{ status: number; event: string | null }> {
  const answer = await page.waitForResponse(/whatsapp\/complete$/);
  const { dialog } = await answer.json();
  return { status: answer.status(), event: dialog?.event ?? null };
}

async function begin(page: Page): Promise<Page> {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  return openDialog(page);
}

/** As `begin`, as far as the last page, with everything there that is pretended. */
async function beginAndPretend(page: Page): Promise<Page> {
  const dialog = await begin(page);
  await walkDialog(dialog);
  await dialog.getByText("Pretend…").click();
  return dialog;
}

// The first: recovering is for an account that nobody has yet.
test("a lost code is recovered with a click", async ({ page }) => {
  const dialog = await beginAndPretend(page);
  await dialog.getByLabel("The code is lost").check();
  await dialog.locator("button.main").click();
  await expect(stepOf(page, "oauth_completed")).toContainText("its code never arrived");
  await audit(page);
  await page.getByRole("button", { name: "Recover the connection" }).click();
  await expectConnected(page);
  await expect(page.getByRole("button", { name: "Recover the connection" })).toHaveCount(0);
});

test("the message comes before the code", async ({ page }) => {
  const dialog = await begin(page);
  await walkDialog(dialog);
  const sent = completion(page);
  await dialog.locator("button.main").click();
  expect(await sent).toEqual({ status: 200, event: "FINISH" });
  await expectConnected(page);
  await expect.poll(() => dialog.isClosed(), "the window closes itself").toBe(true);
  await audit(page);
});

test("the message comes after the code", async ({ page }) => {
  const dialog = await beginAndPretend(page);
  await dialog.getByLabel("The window's message comes").selectOption("after");
  const sent = completion(page);
  await dialog.locator("button.main").click();
  expect(await sent).toEqual({ status: 200, event: "FINISH" });
  await expectConnected(page);
});

test("the message never comes, and the code is enough", async ({ page }) => {
  const dialog = await beginAndPretend(page);
  await dialog.getByLabel("The window's message comes").selectOption("never");
  const sent = completion(page);
  await dialog.locator("button.main").click();
  expect(await sent).toEqual({ status: 200, event: null });
  await expectConnected(page);
});

for (const event of ["FINISH_OBO_MIGRATION", "FINISH_GRANT_ONLY_API_ACCESS"]) {
  test(`${event} is a finish like any other`, async ({ page }) => {
    const dialog = await beginAndPretend(page);
    await dialog.getByLabel("and says").selectOption(event);
    const sent = completion(page);
    await dialog.locator("button.main").click();
    expect(await sent).toEqual({ status: 200, event });
    await expectConnected(page);
  });
}

test("who leaves the window is told where it was left, and starts again", async ({ page }) => {
  const dialog = await begin(page);
  await dialog.locator("button.main").click();
  await expect(dialog.getByRole("heading", { name: "Choose a WhatsApp Business account" })).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(stepOf(page, "oauth_completed")).toContainText("waba phone profile picker");
  await audit(page);
  const again = await openDialog(page);
  await walkDialog(again);
  await again.locator("button.main").click();
  await expectConnected(page);
});

test("a window that is closed by its frame is a cancel, too", async ({ page }) => {
  const dialog = await begin(page);
  await expect(dialog.getByRole("heading", { name: "Choose a business portfolio" })).toBeVisible();
  await dialog.close();
  await expect(stepOf(page, "oauth_completed")).toContainText("closed before permission was given");
});

test("what Meta showed to somebody who could not go on is told", async ({ page }) => {
  const dialog = await beginAndPretend(page);
  await dialog.getByRole("button", { name: "Something goes wrong at Meta" }).click();
  await expect(stepOf(page, "oauth_completed")).toContainText("cannot be used right now");
  await expect(stepOf(page, "oauth_completed")).toContainText("524126");
});

test("an error is an error in its older form, too", async ({ page }) => {
  const dialog = await beginAndPretend(page);
  const sent = completion(page);
  await dialog.getByRole("button", { name: "told as older dialogs do" }).click();
  expect(await sent).toEqual({ status: 200, event: "ERROR" });
  await expect(stepOf(page, "oauth_completed")).toContainText("cannot be used right now");
});

test("a number of the phone app is found although the window names none", async ({ page }) => {
  const dialog = await begin(page);
  await dialog.locator("button.main").click();
  await dialog.locator("button.main").click();
  await dialog.getByText("Add a new number").click();
  await dialog.getByLabel("Phone number with country code").fill("+90 216 555 03 00");
  await dialog.getByLabel("Display name").fill("Bakery on the phone");
  await dialog.getByLabel("It is in use in the WhatsApp Business app").check();
  await dialog.locator("button.main").click();
  await dialog.locator("button.main").click();
  await expect(dialog.getByRole("heading", { name: "Review what you share" })).toBeVisible();
  const sent = completion(page);
  await dialog.locator("button.main").click();
  expect(await sent).toEqual({ status: 200, event: "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING" });
  await expectConnected(page);
  const number = page.locator(".numbers > li", { hasText: "+902165550300" });
  await expect(number).toContainText("Also in the WhatsApp Business app");
  await audit(page);
});

test("a message from any other page is none of Meta's", async ({ page }) => {
  const dialog = await begin(page);
  await walkDialog(dialog);
  let told = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/whatsapp/event")) told += 1;
  });
  await page.evaluate(() => {
    const forged = { type: "WA_EMBEDDED_SIGNUP", event: "CANCEL", data: { current_step: "FORGED" } };
    postMessage(JSON.stringify(forged), "*");
  });
  const sent = completion(page);
  await dialog.locator("button.main").click();
  expect(await sent).toEqual({ status: 200, event: "FINISH" });
  expect(told, "what is told is the dialog's own message, and no other").toBe(1);
});

test("where the SDK is kept from loading, one goes to Meta and back", async ({ page, complaints }) => {
  await page.route("**/sdk.js", (route) => route.abort());
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await page.locator(".page > .buttons button").last().click();
  await walkDialog(page);
  await page.locator("button.main").click();
  await expectConnected(page);
  await expect(page).toHaveURL(/connect\?outcome=done/);
  expect(complaints.splice(0).every((complaint) => complaint.includes("sdk.js"))).toBe(true);
});
