// How one signs in, where one works, and what one does with a number.

import { createHmac } from "node:crypto";

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, signIn, signOut, test, walkDialog } from "./screens.ts";

const demo = useDemo();
const PASSWORD = "seven loaves of rye";

/** What an authenticator app shows (RFC 6238). */
function totp(secret: string, at = Date.now()): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(/[\s=]/g, "")].map((letter) =>
    alphabet.indexOf(letter).toString(2).padStart(5, "0"),
  );
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const key = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Somebody with a business of their own. */
async function signUp(page: Page, business: string, email: string): Promise<void> {
  await page.goto(`${demo.dashboard}sign-in?up=true`);
  await page.getByLabel("Business").fill(business);
  await page.getByLabel("Your name").fill("Nur Yılmaz");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("form button[type=submit]").click();
  await expect(page.locator("main#main")).toBeVisible();
}

async function signInAs(page: Page, email: string): Promise<void> {
  await page.goto(`${demo.dashboard}sign-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("form button[type=submit]").click();
}

test("a second factor is turned on, asked for, replaced by a recovery code, and turned off", async ({
  page,
  complaints,
}) => {
  const email = "nur@factor.example";
  await signUp(page, "Factor Bakery", email);
  await page.goto(`${demo.dashboard}settings/security`);
  await page.getByRole("button", { name: "Turn on" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Your password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Turn on" }).click();
  const secret = (await dialog.locator(".secret code").textContent()) ?? "";
  await audit(page);
  await dialog.getByRole("textbox", { name: "Code" }).fill(totp(secret));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  const shown = dialog.locator(".secret code");
  await expect(shown).not.toHaveText(secret);
  const codes = ((await shown.textContent()) ?? "").trim().split(/\s+/);
  expect(codes).toHaveLength(10);
  await audit(page);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(page.getByText("Recovery codes left: 10")).toBeVisible();

  await signOut(page);
  await signInAs(page, email);
  await expect(page.getByRole("heading", { name: "Second step" })).toBeVisible();
  await audit(page);
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("The code is wrong")).toBeVisible();
  await page.getByLabel("Code").fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.goto(`${demo.dashboard}settings/security`);
  await expect(page.getByText("Recovery codes left: 9")).toBeVisible();

  await signOut(page);
  await signInAs(page, email);
  // A step's code works once; the next step's is taken already.
  await page.getByLabel("Code").fill(totp(secret, Date.now() + 30_000));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.locator("main#main")).toBeVisible();
  await page.goto(`${demo.dashboard}settings/security`);
  await page.getByRole("button", { name: "Turn off" }).click();
  await dialog.getByLabel("Your password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByText("Off: the password alone")).toBeVisible();
  // The browser's own lines about passwords that are not enough, and about a wrong code.
  for (const complaint of complaints.splice(0)) expect(complaint).toMatch(/status of (401|422)/);
});

test("who works for two businesses goes on in the other, and back", async ({ page, browser }) => {
  const email = "nur@two.example";
  await signUp(page, "Two Bakeries", email);
  const owner = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await signIn(owner, demo);
  await owner.goto(`${demo.dashboard}settings/people`);
  await owner.getByRole("button", { name: "Invite" }).click();
  await owner.getByRole("dialog").getByLabel("E-mail").fill(email);
  await owner.getByRole("dialog").getByLabel("Role").selectOption("operator");
  await owner.getByRole("dialog").getByRole("button", { name: "Invite" }).click();
  await page.goto(`${demo.dashboard}invitation#token=${await demo.tokenFor(email, "Corner Bakery")}`);
  await page.getByRole("button", { name: "Accept" }).click();
  await expect(page.locator("main#main")).toBeVisible();

  const you = page.getByRole("button", { name: "You" });
  const goOnIn = async (here: string, there: string) => {
    await you.click();
    await expect(page.getByRole("menu")).toContainText(here);
    const anew = page.waitForEvent("domcontentloaded");
    await page.getByRole("menuitem", { name: `Go on in ${there}` }).click();
    await anew;
    await you.click();
    await expect(page.getByRole("menuitem", { name: `Go on in ${here}` })).toBeVisible();
    await page.keyboard.press("Escape");
  };
  await goOnIn("Corner Bakery", "Two Bakeries");
  await page.goto(`${demo.dashboard}settings/business`);
  await expect(page.getByRole("textbox", { name: "Business name" })).toHaveValue("Two Bakeries");
  await goOnIn("Two Bakeries", "Corner Bakery");
  await page.goto(`${demo.dashboard}settings/business`);
  await expect(page.getByRole("textbox", { name: "Business name" })).toHaveValue("Corner Bakery");
  await expect(page.getByRole("textbox", { name: "Business name" }), "an operator only looks").toBeDisabled();
});

test("the doctor tells which link is broken, one click renews it, and a number is disconnected", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  await page.getByRole("button", { name: "Check the connection" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("No link is broken.")).toBeVisible();
  await audit(page);
  const phone = await page.locator(".numbers a.main").getAttribute("href");
  const number = new URL(phone ?? "").searchParams.get("number");
  await demo.simulate("POST", "tokens/revoke", { waba_id: await wabaOf(number) });
  await dialog.getByRole("button", { name: "Check again" }).click();
  await expect(dialog.getByText("The first broken link is the one to repair.")).toBeVisible();
  await expect(dialog.locator("[data-check=token]")).toHaveClass("failed");
  await audit(page);
  await dialog.getByRole("button", { name: "Close" }).click();

  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Give permission again" }).click();
  const meta = await opened;
  await walkDialog(meta);
  await meta.locator("button.main").click();
  await expect(page.locator(".steps li.done")).toHaveCount(7);
  await page.getByRole("button", { name: "Check the connection" }).click();
  await expect(dialog.getByText("No link is broken.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: "Disconnect" }).click();
  await audit(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Disconnect" }).click();
  await expect(page.getByText("The number is disconnected.")).toBeVisible();
  await expect(page.locator(".numbers > li.disconnected")).toHaveCount(1);
});

/** The account of a number, as the simulator knows it. */
async function wabaOf(phoneNumberId: string | null): Promise<string> {
  const state = await (await fetch(new URL("/sim/state", demo.phone))).json();
  type Waba = { id: string; numbers: { id: string }[] };
  const wabas: Waba[] = state.businesses.flatMap(({ wabas }: { wabas: Waba[] }) => wabas);
  return wabas.find(({ numbers }) => numbers.some(({ id }) => id === phoneNumberId))?.id ?? "";
}
