// Lists and threads that are longer than a page of the API and a screen.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { connect, signIn, switchBotOff, test } from "./screens.ts";

const demo = useDemo();
const CONVERSATIONS = 70;
const MESSAGES = 120;

test.describe.configure({ mode: "serial" });

test("a long list draws what is in sight and loads the rest; a long thread keeps its place", async ({ page }) => {
  await signIn(page, demo);
  // People answer, so that nothing but what is sent here moves.
  await switchBotOff(page, demo);
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
  const scroller = page.locator(".scroller");
  const bubbles = page.locator(".bubble");
  const line = (number: number) => page.locator(".bubble .text").getByText(`Line ${number}.`, { exact: true });
  await expect(line(MESSAGES)).toBeInViewport();
  expect(await bubbles.count(), "not all are drawn").toBeLessThan(MESSAGES / 3);

  await test.step("older messages come, and what one reads stays where it is", async () => {
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(/messages\?.*cursor/, async (route) => {
      await asked;
      await route.continue();
    });
    await scroller.evaluate((element) => element.scrollTo(0, 300));
    const read = line(MESSAGES - 44);
    await expect(read).toBeInViewport();
    const top = async () => (await read.boundingBox())?.y ?? 0;
    const [before, height] = [await top(), await scroller.evaluate((element) => element.scrollHeight)];
    answer();
    await expect.poll(() => scroller.evaluate((element) => element.scrollHeight)).toBeGreaterThan(height * 1.5);
    await expect(page.getByRole("button", { name: "Show earlier messages" })).toBeEnabled();
    await expect.poll(async () => Math.abs((await top()) - before)).toBeLessThan(4);
  });

  await test.step("news is told below, and moves nothing", async () => {
    await arrives(CONVERSATIONS, "And one more.");
    const news = page.getByRole("button", { name: "1 new" });
    await expect(news).toBeVisible();
    await expect(bubbles.filter({ hasText: "And one more." })).toHaveCount(0);
    await news.click();
    await expect(bubbles.filter({ hasText: "And one more." })).toBeInViewport();
    await expect(news).toBeHidden();
  });

  const toTheFirst = async () => {
    await expect(async () => {
      await scroller.evaluate((element) => element.scrollTo(0, 0));
      await expect(page.getByText("No earlier messages.")).toBeInViewport({ timeout: 500 });
    }).toPass();
    await expect(line(1)).toBeInViewport();
  };

  await test.step("all of it can be reached, and is on paper", async () => {
    await toTheFirst();
    expect(await bubbles.count(), "not all are drawn").toBeLessThan(MESSAGES / 3);
    await page.emulateMedia({ media: "print" });
    await expect(bubbles).toHaveCount(MESSAGES + 2);
    await page.emulateMedia({ media: null });
    await expect.poll(() => bubbles.count()).toBeLessThan(MESSAGES / 3);
  });

  await test.step("what has the focus stays, however far one scrolls", async () => {
    // Drawing all of it for paper may have moved what is in sight.
    await toTheFirst();
    await line(1).hover();
    const first = bubbles.filter({ has: page.getByText("Line 1.", { exact: true }) });
    const quote = first.getByRole("button", { name: "Quote in your reply" });
    await quote.focus();
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect(bubbles.filter({ hasText: "And one more." })).toBeInViewport();
    await expect(quote).toBeFocused();
  });
});

test("what was found far back is shown where it was said, and one reads on from there", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}inbox`);
  await expect(page.locator(".row").first()).toBeVisible();
  await page.keyboard.press("/");
  await page.getByRole("searchbox").fill("line");
  const hits = page.locator(".hit");
  await expect(hits.first()).toContainText(`Line ${MESSAGES}.`);
  expect(await hits.count(), "not all are drawn").toBeLessThan(MESSAGES / 3);
  await page.keyboard.press("Enter");
  await expect(hits.first()).toBeFocused();
  const focused = page.locator(".hit:focus");
  for (let step = 1; step <= 30; step += 1) {
    await page.keyboard.press("j");
    await expect(focused).toContainText(`Line ${MESSAGES - step}.`);
  }
  await expect(focused).toBeInViewport();
  await page.getByRole("searchbox").fill("Line 30");
  await page.locator(".hit", { hasText: "Line 30." }).click();
  const found = page.locator(".bubble.found");
  await expect(found).toContainText("Line 30.");
  await expect(found).toBeInViewport();
  const scroller = page.locator(".scroller");
  await expect(async () => {
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect(page.locator(".bubble", { hasText: "And one more." })).toBeInViewport({ timeout: 500 });
  }).toPass();
  await page.getByRole("button", { name: "To the newest" }).click();
  await expect(page.locator(".bubble", { hasText: "And one more." })).toBeInViewport();
});
