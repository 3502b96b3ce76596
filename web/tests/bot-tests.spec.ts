// What a business expects of its bot is written down, run, and shows what a change has done.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { apiOf, audit, signIn, test } from "./screens.ts";

const demo = useDemo();
const row = (page: Page, name: string) => page.locator(".tests > li", { hasText: name });

test("tests are written, run, and tell what a change has broken", async ({ page, complaints }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=tests`);
  await expect(page.getByText("There are no tests yet.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Run all" })).toHaveCount(0);
  await audit(page);

  await page.getByRole("button", { name: "Add test" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Opening hours");
  await dialog.getByLabel("What the customer says").last().fill("Do you deliver?");
  await dialog.getByRole("button", { name: "Add message" }).click();
  await dialog.getByLabel("Then, message 2").fill("What time do you open?");
  // What was typed is not lost by a key.
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.locator(".error")).toContainText("expects nothing");
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("422");
  await audit(page);
  await dialog.getByLabel("The answer must say", { exact: true }).fill("7:00");
  await dialog.getByLabel("Calling people").selectOption("never");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);

  // What was tried becomes a test that expects the same.
  await page.getByRole("link", { name: "Try it" }).click();
  await page.getByRole("textbox", { name: "Write as a customer" }).fill("I want to talk to a real person");
  await page.keyboard.press("Enter");
  await expect(page.locator(".tried .line.handoff")).toBeVisible();
  await page.getByRole("button", { name: "Save as a test" }).click();
  await expect(dialog.getByLabel("Calling people")).toHaveValue("always");
  await dialog.getByLabel("Name").fill("A person");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("It is among the tests now.")).toBeVisible();

  await page.getByRole("link", { name: "Tests" }).click();
  await expect(row(page, "A person")).toBeVisible();
  await demo.simulate("PUT", "delays", { model_ms: 3000 });
  await page.getByRole("button", { name: "Run all" }).click();
  await expect(page.getByRole("progressbar")).toBeVisible();
  await expect(page.getByRole("button", { name: "Run all" })).toBeDisabled();
  await expect(page.locator(".test-run .counts")).toContainText("2 passed", { timeout: 60_000 });
  await demo.simulate("PUT", "delays", { model_ms: 0 });
  await row(page, "Opening hours").getByText("What came of it").click();
  await expect(row(page, "Opening hours").locator(".said .bot").last()).toContainText("7:00");
  await expect(row(page, "Opening hours").locator(".found li.used").first()).toContainText("%");
  await audit(page);

  // The change: the hours are others now, and nobody has told the test.
  await page.getByRole("link", { name: "Knowledge" }).click();
  await page.locator(".knowledge li", { hasText: "7:00" }).first().getByRole("button", { name: "Edit" }).click();
  await dialog.getByLabel("Answer").fill("Every day from nine to five.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByRole("link", { name: "Tests" }).click();
  await page.getByRole("button", { name: "Run all" }).click();
  await expect(page.locator(".test-run .counts")).toContainText("1 newly failing", { timeout: 60_000 });
  const broken = row(page, "Opening hours");
  await expect(broken.locator(".outcome.failed")).toContainText("newly failing");
  await broken.getByText("What came of it").click();
  await expect(broken.locator(".failures")).toContainText(/It does not say .*7:00/);
  await audit(page);

  // The test is told, and runs alone.
  await broken.getByRole("button", { name: "Edit" }).click();
  await dialog.getByLabel("The answer must say", { exact: true }).fill("nine");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await broken.getByRole("button", { name: "Run" }).click();
  await expect(page.locator(".test-run .counts")).toContainText("1 newly passing", { timeout: 60_000 });
  await expect(row(page, "A person")).toContainText("Not in this run");
  await page.getByLabel("Run", { exact: true }).selectOption({ index: 1 });
  await expect(broken.locator(".outcome.failed")).toBeVisible();

  await broken.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(broken).toContainText("This test has been deleted since.");
  await expect(broken.getByRole("button", { name: "Run" })).toHaveCount(0);
});

test("a model that gives no answer is told apart from an answer that is wrong", async ({ page, complaints }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=tests`);
  await page.getByRole("button", { name: "Add test" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Delivery");
  await dialog.getByLabel("What the customer says").last().fill("Do you deliver?");
  await dialog.getByLabel("Calling people").selectOption("never");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await demo.simulate("PUT", "faults", { on: "model", kind: "garbage", times: 1 });
  await row(page, "Delivery").getByRole("button", { name: "Run" }).click();
  await expect(row(page, "Delivery").locator(".outcome.error")).toBeVisible({ timeout: 60_000 });
  await row(page, "Delivery").getByText("What came of it").click();
  await expect(row(page, "Delivery")).toContainText("The model gave no answer, so nothing is known.");
  await audit(page);

  // What cannot be read is not told as if the run did not have it.
  await page.route("**/test-runs/*", (route) => route.fulfill({ status: 404, json: {} }));
  await page.reload();
  const retry = page.locator(".bot-tests").getByRole("button", { name: "Try again" });
  await expect(retry).toBeVisible();
  await expect(row(page, "Delivery").locator(".outcome")).toHaveCount(0);
  await page.unroute("**/test-runs/*");
  await retry.click();
  await expect(row(page, "Delivery").locator(".outcome.error")).toBeVisible();
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("404");
});

test("a test expects that a tool is used or is not, and shows what was done with it", async ({ page }) => {
  await signIn(page, demo);
  const { read, call, forget } = await apiOf(page, demo);
  const bot = (await read("bots")).items[0].id;
  const inputs = { type: "object", properties: { order: { type: "string" } }, required: ["order"] };
  const give = (name: string, method: string, path: string, description: string) =>
    call("post", `bots/${bot}/tools`, {
      name,
      url: `${new URL("/shop/orders/", demo.phone)}${path}`,
      headers: { "x-api-key": "shop-key" },
      http: { description, method, inputs, timeout_ms: 10_000, visible: ["/state"] },
    });
  const find = await give("find_order", "GET", "{order}", "Finds out how far an order is, by its number.");
  await give("cancel_order", "POST", "{order}/cancel", "Cancels an order, by its number.");

  await page.goto(`${demo.dashboard}bots?tab=tests`);
  await page.getByRole("button", { name: "Add test" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Whereabouts");
  await dialog.getByLabel("What the customer says").last().fill("How far is my order A-1042?");
  const add = dialog.getByRole("button", { name: "Add tool" });
  await add.click();
  await add.click();
  await expect(add).toHaveAttribute("aria-disabled", "true");
  const tools = dialog.getByLabel("Tool", { exact: true });
  await expect(tools).toHaveCount(2);
  await dialog.getByRole("button", { name: "Remove: find order" }).click();
  await expect(add).toBeFocused();
  await tools.selectOption("find_order");
  await add.click();
  await dialog.getByLabel("cancel order: used or not").selectOption("must_not");
  await audit(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  const order = row(page, "Whereabouts");
  await order.getByRole("button", { name: "Run" }).click();
  await expect(order.locator(".outcome.passed")).toBeVisible({ timeout: 60_000 });
  await order.getByText("What came of it").click();
  const found = order.locator(".tool-call");
  await expect(found).toContainText("find order");
  await found.locator("summary").click();
  await expect(found).toContainText("on its way");
  await audit(page);

  // What would change something is not done, and counts as used.
  const cancelling = { name: "Cancelling", turns: ["Please cancel my order A-1042."], must_not_call: ["cancel_order"] };
  await call("post", `bots/${bot}/tests`, cancelling);
  await page.reload();
  await row(page, "Cancelling").getByRole("button", { name: "Run" }).click();
  await expect(row(page, "Cancelling").locator(".outcome.failed")).toBeVisible({ timeout: 60_000 });
  await row(page, "Cancelling").getByText("What came of it").click();
  await expect(row(page, "Cancelling").locator(".failures")).toContainText("It used");
  await expect(row(page, "Cancelling").locator(".tool-call")).toContainText("not done, since this is a trial");

  await forget(`bots/${bot}/tools/${find.id}`);
  await page.reload();
  await order.getByRole("button", { name: "Run" }).click();
  await expect(order.locator(".outcome.failed")).toBeVisible({ timeout: 60_000 });
  await order.getByText("What came of it").click();
  await expect(order.locator(".failures")).toContainText(/It has no .*find order.* to use/);
  await order.getByRole("button", { name: "Edit" }).click();
  await expect(tools.first()).toContainText("find order (deleted or off)");
  await dialog.getByRole("button", { name: "Remove: find order" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
});
