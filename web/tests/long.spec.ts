// Lists and threads that are longer than a page of the API and a screen.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { connect, signIn, test } from "./screens.ts";

const demo = useDemo();
const CONVERSATIONS = 70;
const MESSAGES = 120;

test("a long list draws what is in sight and loads the rest; a long thread keeps its place", async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, demo);
  // People answer, so that nothing but what is sent here moves.
  await page.getByRole("link", { name: "Bot", exact: true }).click();
  await page.getByRole("switch").click();
  await expect(page.getByText("off: people answer")).toBeVisible();
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  const phone = await page.locator(".numbers a.main").getAttribute("href");
  const number = new URL(phone ?? "").searchParams.get("number");
  const arrives = (customer: number, text: string) =>
    demo.simulate("POST", "inbound", {
      phone_number_id: number,
      from: String(905_300_000_000 + customer),
      name: `Customer ${customer}`,
      text,
    });
  for (let customer = 1; customer <= CONVERSATIONS; customer += 1) await arrives(customer, "Hello");
  for (let line = 1; line <= MESSAGES; line += 1) await arrives(CONVERSATIONS, `Line ${line}.`);

  await page.goto(`${demo.dashboard}inbox`);
  const rows = page.locator(".row");
  await expect(rows.first()).toContainText(`Line ${MESSAGES}.`);
  expect(await rows.count(), "not all are drawn").toBeLessThan(CONVERSATIONS / 2);
  const oldest = page.locator(".row", { hasText: /^Customer 1(?!\d)/ });
  await expect(async () => {
    await page.locator(".rows").evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect(oldest).toBeVisible({ timeout: 500 });
  }).toPass();

  await page.locator(".rows").evaluate((element) => element.scrollTo(0, 0));
  await rows.first().click();
  const newest = page.getByText(`Line ${MESSAGES}.`, { exact: true }).last();
  await expect(newest).toBeInViewport();
  await page.getByRole("button", { name: "Show earlier messages" }).scrollIntoViewIfNeeded();
  const read = page.locator(".bubble", { hasText: `Line ${MESSAGES - 48}.` });
  const before = await read.boundingBox();
  await page.getByRole("button", { name: "Show earlier messages" }).click();
  await expect(page.locator(".bubble", { hasText: `Line ${MESSAGES - 60}.` })).toBeAttached();
  const after = await read.boundingBox();
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0)), "what one reads stays where it is").toBeLessThan(60);

  await arrives(CONVERSATIONS, "And one more.");
  const news = page.getByRole("button", { name: "1 new" });
  await expect(news).toBeVisible();
  await expect(page.getByText("And one more.").last()).not.toBeInViewport();
  await news.click();
  await expect(page.locator(".bubble", { hasText: "And one more." })).toBeInViewport();
});
