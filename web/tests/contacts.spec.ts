// What a team writes down of its customers.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, signIn, switchBotOff, test } from "./screens.ts";

const demo = useDemo();

/** Opens a conversation with what is known of the customer beside it. */
async function openContact(page: Page, name: string) {
  await page.locator(".row", { hasText: name }).click();
  await expect(page.locator(".thread-head h2")).toHaveText(name);
  if (!(await page.locator("aside.contact").isVisible())) await page.keyboard.press("i");
  await expect(page.locator("aside.contact")).toBeVisible();
}

test.describe.configure({ mode: "serial" });

test("fields are made, filled in beside the conversation, and gone with what is in them", async ({
  page,
  complaints,
}) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  const phone = await page.locator(".numbers a.main").getAttribute("href");
  const number = new URL(phone ?? "").searchParams.get("number");
  await switchBotOff(page, demo);

  await test.step("the fields", async () => {
    await page.goto(`${demo.dashboard}settings/contact-fields`);
    await audit(page);
    for (const [name, kind, choices] of [
      ["Customer number", "Number", ""],
      ["Birthday", "Date", ""],
      ["Bread", "Choice", "Rye\nWheat"],
    ] as const) {
      await page.getByRole("button", { name: "Make a field" }).click();
      await page.getByLabel("Name").fill(name);
      await page.getByLabel("Kind").selectOption(kind);
      if (choices) await page.getByLabel("Choices").fill(choices);
      if (choices) await audit(page);
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.locator(".own-list li", { hasText: name })).toBeVisible();
    }
    await page.getByRole("button", { name: /Edit.*Birthday/ }).click();
    await page.getByLabel("Name").fill("bread");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert")).toHaveText("This name is taken already.");
    // The browser's own line about the 409.
    expect(complaints.splice(0)).toHaveLength(1);
    await page.getByRole("button", { name: "Cancel" }).click();
  });

  await test.step("the contact", async () => {
    await demo.simulate("POST", "inbound", {
      phone_number_id: number,
      from: "905301112233",
      name: "Deniz",
      text: "Do you bake wedding cakes?",
    });
    await page.goto(`${demo.dashboard}inbox`);
    await openContact(page, "Deniz");
    const panel = page.getByRole("complementary", { name: "Contact" });
    await expect(panel.getByText("There are no others with this customer.")).toBeVisible();
    await panel.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name in your team").fill("Deniz of the tea house");
    await dialog.getByLabel("Language").selectOption("Turkish");
    await dialog.getByLabel("Customer number").fill("1024");
    await dialog.getByLabel("Birthday").fill("1990-02-28");
    await dialog.getByLabel("Bread").selectOption("Rye");
    await audit(page);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.locator(".thread-head h2")).toHaveText("Deniz of the tea house");
    await expect(page.locator(".row", { hasText: "Deniz of the tea house" })).toBeVisible();
    for (const fact of ["Turkish", "1024", "Rye", "Deniz"]) {
      await expect(panel.locator("dd", { hasText: fact }).first()).toBeVisible();
    }
    await audit(page);
  });

  await test.step("a field goes", async () => {
    await page.goto(`${demo.dashboard}settings/contact-fields`);
    await page.getByRole("button", { name: /Delete.*Bread/ }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.locator(".own-list li")).toHaveCount(2);
    await page.goto(`${demo.dashboard}inbox`);
    await openContact(page, "Deniz of the tea house");
    const panel = page.getByRole("complementary", { name: "Contact" });
    await expect(panel.getByText("1024")).toBeVisible();
    await expect(panel.getByText("Rye")).toHaveCount(0);
  });
});

for (const { language, dir, edit } of [
  { language: "tr", dir: "ltr", edit: "Düzenle" },
  { language: "ar", dir: "rtl", edit: "تعديل" },
]) {
  test.describe(language, () => {
    test.use({ locale: language, colorScheme: "dark", viewport: { width: 360, height: 740 } });

    test(`the same in ${language}, dark, on a phone`, async ({ page }) => {
      await signIn(page, demo);
      await page.goto(`${demo.dashboard}inbox`);
      await expect(page.locator("html")).toHaveAttribute("dir", dir);
      await openContact(page, "Deniz of the tea house");
      await page.locator("aside.contact").getByRole("button", { name: edit }).click();
      await expect(page.getByRole("dialog").locator("input[type=date]")).toHaveValue("1990-02-28");
      await audit(page);
      await page.keyboard.press("Escape");
      await page.goto(`${demo.dashboard}settings/contact-fields`);
      await expect(page.locator(".own-list li")).toHaveCount(2);
      await audit(page);
    });
  });
}
