// What the bot knew before is looked at, and taken up again.

import { expect, type Locator } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, test } from "./screens.ts";

const demo = useDemo();
const HOURS = "What are your opening hours?";

interface Writer {
  dialog: Locator;
  edit: Locator;
}

test("an answer is corrected, its history looked at, an earlier version restored and that undone", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=knowledge`);
  const item = page.locator(".knowledge > li", { hasText: HOURS }).first();
  const history = item.getByRole("button", { name: `History: ${HOURS}` });
  const dialog = page.getByRole("dialog");

  await history.click();
  await expect(dialog).toContainText("It has said this from the beginning.");
  await audit(page);
  await page.keyboard.press("Escape");
  await expect(history).toBeFocused();

  const before = await item.locator("p").first().textContent();
  for (const answer of ["Every day from nine to five.", "Every day from ten to five."]) {
    await item.getByRole("button", { name: "Edit" }).click();
    await dialog.getByLabel("Answer").fill(answer);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toHaveCount(0);
    await expect(item).toContainText(answer);
  }
  await expect(item).toContainText("changed now");
  await expect(item).toContainText("You");

  await history.click();
  const versions = dialog.getByRole("group", { name: "Earlier versions" }).getByRole("radio");
  await expect(versions).toHaveCount(2);
  await expect(dialog.locator("del")).toHaveText("nine");
  await expect(dialog.locator("ins")).toHaveText("ten");
  await audit(page);
  // By the keyboard alone.
  await versions.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(dialog.locator(".compared section").first()).toContainText(before ?? "");
  await dialog.getByRole("button", { name: "Restore this version" }).press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(item).toContainText(before ?? "");
  await expect(history).toBeFocused();
  await page.getByRole("searchbox", { name: "Search as a customer" }).fill(HOURS);
  await expect(page.locator(".find-box .found li").first()).toContainText(before ?? "");

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(item).toContainText("Every day from ten to five.");
  await expect(page.locator(".find-box .found li").first()).toContainText("ten to five");
  await history.click();
  await expect(versions).toHaveCount(4);
  await versions.nth(1).check();
  await expect(dialog).toContainText("It says the same now.");
  await expect(dialog.getByRole("button", { name: "Restore this version" })).toHaveCount(0);
});

test("two people who correct the same are told of each other", async ({ page, complaints, context }) => {
  await signIn(page, demo);
  const other = await context.newPage();
  const [mine, theirs] = [page, other].map((it) => ({
    dialog: it.getByRole("dialog"),
    edit: it.locator(".knowledge > li", { hasText: HOURS }).first().getByRole("button", { name: "Edit" }),
  })) as [Writer, Writer];
  for (const it of [page, other]) await it.goto(`${demo.dashboard}bots?tab=knowledge`);
  for (const { edit } of [mine, theirs]) await edit.click();
  await theirs.dialog.getByLabel("Answer").fill("From six in the morning.");
  await theirs.dialog.getByRole("button", { name: "Save" }).click();
  await expect(theirs.dialog).toHaveCount(0);

  const answer = mine.dialog.getByLabel("Answer");
  await answer.fill("From five in the morning.");
  await mine.dialog.getByRole("button", { name: "Save" }).click();
  await expect(mine.dialog.getByRole("alert").first()).toContainText("You changed this elsewhere meanwhile");
  // The browser's own line about the 409.
  expect(complaints.splice(0)).toHaveLength(1);
  await expect(mine.dialog.locator("del")).toHaveText("six");
  await expect(mine.dialog.locator("ins")).toHaveText("five");
  await expect(answer).toHaveValue("From five in the morning.");
  await audit(page);
  await mine.dialog.getByRole("button", { name: "Take theirs" }).click();
  await expect(answer).toHaveValue("From six in the morning.");
  await answer.fill("From half past six.");
  await mine.dialog.getByRole("button", { name: "Save" }).click();
  await expect(mine.dialog).toHaveCount(0);
  await expect(page.locator(".knowledge > li", { hasText: HOURS }).first()).toContainText("From half past six.");
});
