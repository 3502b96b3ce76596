// What a bot learns from files and web pages.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, test } from "./screens.ts";

const demo = useDemo();

test("a file is taught, found and forgotten, and a page that may not be read says why", async ({
  page,
  complaints,
}) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=knowledge`);
  const add = page.getByRole("button", { name: "Add knowledge" });
  const item = (words: string) => page.locator(".knowledge li", { hasText: words });

  await add.click();
  await page.getByLabel("File", { exact: true }).first().check();
  const buffer = Buffer.from("Cake,Price\nHelicopter cake,900 TL\n");
  await page.locator("input[type=file]").setInputFiles({ name: "cakes.csv", mimeType: "text/csv", buffer });
  await audit(page);
  await page.getByRole("button", { name: "Save" }).last().click();
  await expect(item("cakes.csv")).toContainText("Cake: Helicopter cake");
  await page.getByRole("searchbox", { name: "Search as a customer" }).fill("helicopter cake");
  await expect(page.locator(".find-box .found li").first()).toContainText("900 TL");

  await test.step("a file that cannot be read says why", async () => {
    await add.click();
    await page.getByLabel("File", { exact: true }).first().check();
    const broken = Buffer.from("%PDF-1.7 and nothing more");
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "menu.pdf", mimeType: "application/pdf", buffer: broken });
    await page.getByRole("button", { name: "Save" }).last().click();
    await expect(page.getByRole("alert")).toHaveText(/The file is damaged/);
    // The browser's own line about the 422.
    expect(complaints.splice(0)).toHaveLength(1);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  });

  await add.click();
  await page.getByLabel("Web page").check();
  await page.getByLabel("Address of the page").fill("http://127.0.0.1/admin");
  await page.getByRole("button", { name: "Save" }).last().click();
  await expect(item("127.0.0.1/admin")).toContainText("not on the public web");
  await item("127.0.0.1/admin").getByRole("button", { name: "Read again" }).click();
  await expect(item("127.0.0.1/admin")).toContainText("not on the public web");
  await expect(item("127.0.0.1/admin")).toContainText("Every week");
  await audit(page);

  await test.step("the list is looked through", async () => {
    const listed = page.locator(".knowledge > li");
    await page.getByRole("searchbox", { name: "Look through the list" }).fill("HELICOPTER");
    await expect(listed).toHaveCount(1);
    await page.getByRole("combobox", { name: "Kind" }).selectOption("page");
    await expect(listed).toHaveText("Nothing fits.");
    await audit(page);
    await page.getByRole("searchbox", { name: "Look through the list" }).fill("");
    await page.getByLabel("Only with problems").check();
    await expect(listed).toHaveCount(1);
    await expect(listed).toContainText("127.0.0.1/admin");
    await page.getByLabel("Only with problems").uncheck();
    await page.getByRole("combobox", { name: "Kind" }).selectOption("");
  });

  await item("cakes.csv").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(item("cakes.csv")).toHaveCount(0);
  await page.getByRole("searchbox", { name: "Search as a customer" }).fill("900 TL cake of helicopters");
  await expect(page.locator(".find-box")).not.toContainText("Helicopter cake");
});
