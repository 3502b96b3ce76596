// What each screen promises besides the story.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, openDialog, openPhone, say, signIn, signOut, test } from "./screens.ts";

const demo = useDemo();

test("signing up says what is wrong beside the field, and keeps what was typed", async ({ page, complaints }) => {
  await page.goto(demo.dashboard);
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("Business name").fill("Tea House");
  await page.getByLabel("Your name").fill("Deniz");
  await page.getByLabel("E-mail").fill("deniz@tea.example");
  await page.getByLabel("Password").fill("password1234");
  await page.locator("form button[type=submit]").click();
  const password = page.getByLabel("Password");
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(password).toBeFocused();
  await audit(page);
  // The browser's own line about the 422.
  expect(complaints.splice(0)).toHaveLength(1);
  await password.fill("a kettle, two cups and rain");
  await page.locator("form button[type=submit]").click();
  await expect(page.getByRole("heading", { name: "What will happen" })).toBeVisible();
  await signOut(page);
});

test("a session outlives a reload, and its access token is nowhere on the disk", async ({ page }) => {
  await signIn(page, demo);
  await page.reload();
  await expect(page.locator("main#main")).toBeVisible();
  const stored = await page.evaluate(() =>
    JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }),
  );
  expect(stored).not.toContain("eyJ");
});

test("permission withheld is told in words, and one can start again", async ({ page }) => {
  await signIn(page, demo);
  await page.getByRole("link", { name: "WhatsApp", exact: true }).click();
  const dialog = await openDialog(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.locator(".steps li.failed .error")).not.toBeEmpty();
  await audit(page);
  const again = await openDialog(page);
  await expect(again.getByRole("heading", { name: "Choose a business portfolio" })).toBeVisible();
});

test("knowledge is added, changed and, after a question, deleted", async ({ page }) => {
  await signIn(page, demo);
  await page.getByRole("link", { name: "Bot", exact: true }).click();
  await page.getByRole("link", { name: "Knowledge" }).click();
  const items = page.locator(".knowledge li");
  const added = items.filter({ hasText: "Can I bring my cat?" });
  await page.getByRole("button", { name: "Add knowledge" }).click();
  await audit(page);
  await page.getByLabel("Question", { exact: true }).fill("Can I bring my cat?");
  await page.getByLabel("Answer", { exact: true }).fill("On the terrace.");
  await page.getByRole("button", { name: "Save" }).last().click();
  await expect(added).toContainText("On the terrace.");
  await added.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Answer", { exact: true }).fill("Everywhere.");
  await page.getByRole("button", { name: "Save" }).last().click();
  await expect(added).toContainText("Everywhere.");
  await added.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
  await expect(added).toBeVisible();
  await added.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(added).toHaveCount(0);
});

test("unsaved instructions are not lost by a click", async ({ page }) => {
  await signIn(page, demo);
  await page.getByRole("link", { name: "Bot", exact: true }).click();
  await page.getByLabel("Instructions").fill("Rhyme.");
  await page.getByRole("link", { name: "Inbox", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByLabel("Instructions")).toHaveValue("Rhyme.");
  await page.getByRole("link", { name: "Inbox", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("group", { name: "Show" })).toBeVisible();
});

test("the inbox works by keyboard, and says when it is cut off", async ({ page, complaints }) => {
  await signIn(page, demo);
  await page.getByRole("link", { name: "WhatsApp", exact: true }).click();
  await connect(page);
  const phone = await openPhone(page);
  await say(phone, "What time do you open?");
  await expect(phone.locator(".bubble.business")).toContainText(["7:00"]);
  await page.getByRole("link", { name: "Inbox", exact: true }).click();
  await expect(page.locator(".row")).toHaveCount(1);

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("take over");
  await audit(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  // The dialog gives the focus back to where it was a moment after it is gone.
  await expect(async () => {
    await page.keyboard.press("j");
    await expect(page.locator(".row:focus, [data-id]:focus")).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await page.keyboard.press("Enter");
  const band = page.locator(".band");
  await expect(band).toContainText("AI is answering");
  await page.keyboard.press("r");
  await page.keyboard.type("First line");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line, without t and h taking effect");
  await page.keyboard.press("Enter");
  await expect(phone.locator(".bubble.business").last()).toContainText("second line");
  // Writing takes over.
  await expect(band).toContainText("You are in control");
  await page.keyboard.press("Escape");
  await page.keyboard.press("h");
  await expect(band).toContainText("AI is answering");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(band).toContainText("You are in control");

  await phone.close();
  await demo.stop();
  const banner = page.getByText("No connection.");
  await expect(banner).toBeVisible();
  await page.keyboard.press("r");
  await page.keyboard.type("Are you there?");
  await page.keyboard.press("Enter");
  const unsent = page.locator(".bubble.operator.failed");
  await expect(unsent).toContainText("Switchboard cannot be reached");
  await demo.start();
  await expect(banner).toBeHidden();
  await unsent.getByRole("button", { name: "Try again" }).click();
  await expect(unsent).toHaveCount(0);
  await expect(page.locator(".bubble.operator").last()).toContainText("Are you there?");
  // While the server was away, the browser said so.
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("ERR_");
});

test("the app is served so that it is safe and stays current", async ({ request }) => {
  const get = (path: string) => request.get(`${demo.dashboard}${path}`, { headers: { accept: "text/html" } });
  const page = await get("inbox/some-conversation");
  expect(page.status()).toBe(200);
  expect(page.headers()["cache-control"]).toBe("no-cache");
  expect(page.headers()["content-security-policy"]).toContain("style-src 'self';");
  const [, script = ""] = /src="\/(assets\/app\/[^"]+\.js)"/.exec(await page.text()) ?? [];
  expect((await get(script)).headers()["cache-control"]).toBe("public, max-age=31536000, immutable");
  for (const path of ["api/nothing", "assets/app/of-another-release.js"]) {
    const answer = await get(path);
    expect(answer.status(), path).toBe(404);
    expect(answer.headers()["content-type"], path).toBe("application/problem+json");
  }
});

test("a page that cannot be shown says why, and comes when it is tried again", async ({ page, complaints }) => {
  await signIn(page, demo);
  await page.route("**/api/auth/refresh", (route) => route.abort());
  await page.goto(`${demo.dashboard}settings/profile`);
  await expect(page.getByRole("alert")).toContainText("cannot be reached");
  await audit(page);
  await page.unroute("**/api/auth/refresh");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  for (const complaint of complaints.splice(0)) expect(complaint).toMatch(/ERR_FAILED|status 0/);
});

test("a session that ends elsewhere asks to sign in, and goes on where it was", async ({
  page,
  context,
  complaints,
}) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}settings/profile`);
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await page.evaluate(() => fetch("/api/auth/logout", { method: "POST" }));
  await context.clearCookies();
  await page.getByRole("link", { name: "API keys" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(page.locator("input[name=password]")).not.toHaveValue("");
  await page.locator("form button[type=submit]").click();
  await expect(page).toHaveURL(/settings\/api-keys/);
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("401");
});
