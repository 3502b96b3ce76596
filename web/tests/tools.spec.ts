// A bot is given a tool: it is tried, used for a customer, and what it did stands in the thread.

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, connect, openPhone, say, signIn, test } from "./screens.ts";

const demo = useDemo();

test("an action is set up, tried, used for a customer, and seen by whoever reads the thread", async ({
  page,
  complaints,
}) => {
  await signIn(page, demo);
  await connect(page);
  const phone = await openPhone(page);
  await page.goto(`${demo.dashboard}bots?tab=tools`);
  await expect(page.getByText("A tool lets the bot look something up", { exact: false })).toBeVisible();
  await audit(page);

  // What every bot can do is saved at once.
  const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await page.getByRole("switch", { name: "Label the conversation" }).check();
  await saved;
  await page.reload();
  await expect(page.getByRole("switch", { name: "Label the conversation" })).toBeChecked();

  await page.getByRole("button", { name: "Add an action" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("find order");
  await dialog.getByLabel("What it does").fill("Finds out how far an order is, by its number.");
  await dialog.getByLabel("Address").fill(`${new URL("/shop/orders/", demo.phone)}{order}`);
  await dialog.getByRole("button", { name: "Add input" }).click();
  await dialog.getByLabel("Input", { exact: true }).fill("order");
  await dialog.getByRole("button", { name: "Add header" }).click();
  await dialog.getByLabel("Header", { exact: true }).fill("x-api-key");
  await dialog.getByLabel("Value", { exact: true }).fill("shop-key");
  await dialog.getByLabel("What the model may see").fill("/state");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.locator(".error").first()).toContainText("such as find_order");
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("422");
  await audit(page);
  await dialog.getByLabel("Name", { exact: true }).fill("find_order");

  // What may change something asks first, and says that a trial is none.
  await dialog.getByLabel("Method").selectOption("POST");
  await expect(dialog.getByRole("switch", { name: "Ask the customer first" })).toBeChecked();
  await expect(dialog.locator(".warning")).toContainText("POST is really done");
  await dialog.getByLabel("Method").selectOption("GET");
  await expect(dialog.getByRole("switch", { name: "Ask the customer first" })).not.toBeChecked();

  const trial = dialog.locator(".try-action");
  await trial.getByLabel("order", { exact: true }).fill("A-1042");
  await trial.getByRole("button", { name: "Make the request" }).click();
  await expect(trial.locator(".came-of-it")).toContainText("It worked");
  await expect(trial.locator(".came-of-it")).toContainText("HTTP 200");
  await expect(trial.locator(".came-of-it pre")).toHaveText("state: on its way");
  await audit(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  const row = page.locator(".tool-list > li", { hasText: "find_order" });
  await expect(row).toContainText(new URL(demo.phone).host);
  await audit(page);

  // The key cannot be read, and is not lost.
  await row.getByRole("button", { name: "Edit" }).click();
  await expect(dialog.getByText("stored, not shown")).toBeVisible();
  await dialog.getByLabel("What it does").fill("Finds out how far an order is, by the order's number.");
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);

  // The playground shows what it would do.
  await page.getByRole("link", { name: "Try it" }).click();
  await page.getByRole("textbox", { name: "Write as a customer" }).fill("How far is my order A-1042?");
  await page.keyboard.press("Enter");
  const call = page.locator(".tried .tool-call");
  await expect(call).toContainText("find order");
  await call.locator("summary").click();
  await expect(call).toContainText("A-1042");
  await audit(page);

  await say(phone, "How far is my order A-1042?");
  await expect(phone.locator(".bubble.business")).toContainText(["on its way"]);
  await page.goto(`${demo.dashboard}inbox`);
  await page.locator(".row").first().click();
  await expect(page.locator(".bubble.ai")).toContainText(["on its way"]);
  const entry = page.locator(".messages .tool-call");
  await expect(entry).toContainText("find order");
  await expect(entry).toContainText("done");
  await entry.locator("summary").focus();
  await page.keyboard.press("Enter");
  await expect(entry).toContainText("state: on its way");
  await expect(entry).toContainText("HTTP 200");
  await audit(page);

  await page.goto(`${demo.dashboard}bots?tab=tools`);
  const off = page.waitForResponse((answer) => answer.request().method() === "PUT");
  await row.getByRole("switch").uncheck();
  await off;
  await page.reload();
  await expect(row.getByRole("switch")).not.toBeChecked();
  await row.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
});

test("of an MCP server, nothing is on until somebody turns it on", async ({ page, complaints }) => {
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=tools`);
  await page.getByRole("button", { name: "Add an MCP server" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("tables");
  await dialog.getByLabel("Address").fill(new URL("/shop/mcp", demo.phone).href);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Check its address and headers.", { exact: false })).toBeVisible();
  for (const complaint of complaints.splice(0)) expect(complaint).toContain("409");
  await dialog.getByRole("button", { name: "Add header" }).click();
  await dialog.getByLabel("Header", { exact: true }).fill("x-api-key");
  await dialog.getByLabel("Value", { exact: true }).fill("shop-key");
  await dialog.getByRole("button", { name: "Save" }).click();
  const tools = dialog.locator(".server-tools > li");
  await expect(tools).toHaveCount(2);
  await expect(tools.first()).toContainText("reads only");
  await expect(dialog.getByRole("switch", { name: "The bot may use it", checked: true })).toHaveCount(0);
  await audit(page);
  await tools.first().getByRole("switch", { name: "The bot may use it" }).check();
  await dialog.getByRole("button", { name: "Ask again" }).click();
  await expect(tools.first().getByRole("switch", { name: "The bot may use it" })).toBeChecked();
  await expect(dialog.locator(".mark.new")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator(".tool-list > li", { hasText: "tables" })).toContainText("1 tool on");
});
