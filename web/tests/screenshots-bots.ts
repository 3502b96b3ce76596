// Not a test of anything: pictures of the bot studio and of what bots leave in threads and figures, for people to look at.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { drawing, SETTLED_MS, WIDE } from "./drawing.ts";
import { attachOnPhone, picture, sound } from "./files.ts";
import { apiOf, connect, openPhone, say, signIn, test } from "./screens.ts";

const demo = useDemo();
const { draw, drawWhole, go, drawOpened } = drawing(demo);
const LONG = "bla ".repeat(900);
let bot = "";

test.describe.configure({ timeout: 600_000 });

/** A bot with knowledge, tools, tests, replays, and customers it has answered. */
test.beforeAll(async ({ browser }) => {
  test.setTimeout(600_000);
  const page = await (await browser.newContext({ locale: "en-GB", viewport: WIDE })).newPage();
  await signIn(page, demo);
  for (const tab of ["tools", "unanswered", "tests", "replay"]) {
    await go(page, `bots?tab=${tab}`);
    await draw(page, `empty-${tab}-en`);
  }
  await page.goto(`${demo.dashboard}connect`);
  await connect(page);
  const phone = await openPhone(page);
  const phone_number_id = new URL(phone.url()).searchParams.get("number");
  const { read, call } = await apiOf(page, demo);
  const arrives = (from: string, name: string, text: string) =>
    demo.simulate("POST", "inbound", { phone_number_id, from, name, text });
  bot = (await read("bots")).items[0].id;

  await arrives("905309998811", "Ece Yıldırım", "Do you rent submarines?");
  await arrives("905309998812", "Deniz", "Do you repair helicopters?");
  await arrives("966501234567", "محمد العتيبي", "هل تؤجرون الغواصات؟");
  await say(phone, "What time do you open?");
  await expect(phone.locator(".bubble.business")).toContainText(["7:00"]);
  await say(phone, "How far is my order A-1042?");

  await call("post", "labels", { name: "Order", colour: "green" });
  await call("patch", `bots/${bot}`, { abilities: ["set_label", "ask_phone"] });
  const inputs = { type: "object", properties: { order: { type: "string" } }, required: ["order"] };
  const action = { inputs, fixed: {}, timeout_ms: 10_000, visible: ["/state"] };
  const tool = (name: string, path: string, http: object) =>
    call("post", `bots/${bot}/tools`, {
      name,
      url: `${new URL("/shop/orders/", demo.phone)}${path}`,
      headers: { "x-api-key": "shop-key" },
      http: { ...action, ...http },
    });
  await tool("find_order", "{order}", { description: "Finds out how far an order is, by its number.", method: "GET" });
  await tool("cancel_order", "{order}/cancel", { description: "Cancels an order, by its number.", method: "POST" });
  await call("post", `bots/${bot}/tools`, {
    name: "tables",
    url: new URL("/shop/mcp", demo.phone).href,
    headers: { "x-api-key": "shop-key" },
    mcp: { timeout_ms: 10_000, tools: { "find.table": { enabled: true, needs_consent: false } } },
  });
  await say(phone, "How far is my order A-1042?");
  await expect(phone.locator(".bubble.business")).toContainText(["on its way"]);
  await phone.getByRole("textbox", { name: "Message" }).fill("This is the cake");
  await attachOnPhone(phone, "Photo", {
    name: "cake.png",
    mimeType: "image/png",
    buffer: picture(640, 400, [190, 90, 60]),
  });
  await attachOnPhone(phone, "Voice note", { name: "note.mp3", mimeType: "audio/mpeg", buffer: sound() });

  const known = (await read(`bots/${bot}/knowledge`)).items as { id: string; answer?: string }[];
  const hours = known.find(({ answer }) => answer?.includes("7:00"));
  await call("patch", `bots/${bot}/knowledge/${hours?.id}`, { answer: "Every day from nine to five." });
  await call("post", `bots/${bot}/replay`, {});
  await expect.poll(async () => (await read(`bots/${bot}/replays`)).items[0].state, { timeout: 60_000 }).toBe("done");
  await arrives("905301112299", "Selin", "What time do you open? My order is number 4711.");
  for (let round = 0; round < 5; round += 1) {
    const asked = await demo.modelRequests();
    await arrives("905301112299", "Selin", `What time do you open? ${LONG}`);
    await expect.poll(() => demo.modelRequests()).toBeGreaterThan(asked);
    await page.waitForTimeout(2 * SETTLED_MS);
  }
  await arrives("905301112234", "Zeynep", "Pazar günü teslimat yapıyor musunuz?");
  await expect.poll(async () => (await read(`bots/${bot}/unanswered`)).items.length).toBeGreaterThan(1);

  for (const [name, turns, expected] of [
    ["Opening hours", ["Do you deliver?", "What time do you open?"], { must_say: ["7:00"], handoff: false }],
    ["A price that has changed", ["How much is a simit?"], { must_say: ["12 TL"] }],
    ["A person", ["I want to talk to a real person"], { handoff: true }],
    ["An order", ["How far is my order A-1042?"], { must_say: ["on its way"], must_call: ["find_order"] }],
    ["Cancelling", ["Please cancel my order A-1042."], { must_not_call: ["cancel_order"], must_call: ["find_order"] }],
    ["التوصيل", ["هل لديكم توصيل؟"], { handoff: false }],
  ] as const)
    await call("post", `bots/${bot}/tests`, { name, turns, ...expected });
  await call("post", `bots/${bot}/tests/run`, {});
  await call("put", "models/budget", { tokens_per_day: 200_000, cost_per_day: 2.5 });
});

const opens = async (page: Page, name: string) => {
  await go(page, "inbox");
  await page.locator(".row", { hasText: name }).click();
  await expect(page.locator(".bubble").first()).toBeVisible();
  await page.waitForTimeout(2 * SETTLED_MS);
};

for (const language of ["en", "tr", "ar"]) {
  test.describe(language, () => {
    test.use({ locale: language, viewport: WIDE });

    test(`the studio in ${language}`, async ({ page, complaints }) => {
      await signIn(page, demo);
      await go(page, "bots");
      await drawWhole(page, `studio-settings-${language}`);
      for (const tab of ["knowledge", "tools", "unanswered", "try"]) {
        await go(page, `bots?tab=${tab}`);
        await drawWhole(page, `studio-${tab}-${language}`);
      }
      await page.locator(".playground textarea").fill("How far is my order A-1042?");
      await page.keyboard.press("Enter");
      await page.locator(".tried .tool-call summary").click();
      await page.locator(".tried .line.bot > details summary").click();
      await drawWhole(page, `studio-tried-${language}`);
      await go(page, "bots?tab=tests");
      for (const summary of await page.locator(".tests > li > details > summary").all()) await summary.click();
      for (const summary of await page.locator(".tests .tool-call summary").all()) await summary.click();
      await drawWhole(page, `studio-tests-${language}`);
      await page.locator(".tests > li").nth(3).locator(".tools button").nth(1).click();
      await page.locator(".tools-expected > button").scrollIntoViewIfNeeded();
      await drawWhole(page, `studio-test-tools-${language}`);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await drawOpened(
        page,
        `studio-test-${language}`,
        page.locator(".tests > li").nth(3).locator(".tools button").nth(1),
      );
      await go(page, "bots?tab=replay");
      for (const summary of await page.locator(".replayed > li > details > summary").all()) await summary.click();
      await drawWhole(page, `studio-replay-${language}`);
      await drawOpened(page, `studio-replay-new-${language}`, page.locator(".replays .head button"));
      await go(page, "bots?tab=tools");
      const edit = (index: number) => page.locator(".tool-list > li").nth(index).locator("button").first();
      for (const [index, name] of [
        [3, "action"],
        [5, "server"],
      ] as const) {
        await edit(index).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await drawWhole(page, `studio-tool-${name}-${language}`);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
      }
      complaints.splice(0);
    });

    test(`threads in ${language}`, async ({ page, complaints }) => {
      await signIn(page, demo);
      await opens(page, "Ayşe Yılmaz");
      for (const summary of await page.locator(".messages .tool-call summary").all()) await summary.click();
      await draw(page, `thread-tools-${language}`);
      await drawOpened(page, `thread-sources-${language}`, page.locator(".sources").first());
      await opens(page, "Selin");
      await page.locator("aside.contact details summary").click();
      await draw(page, `thread-summary-${language}`);
      await opens(page, "Zeynep");
      // Who reads Turkish is offered no translation of it.
      const translate = page.locator(".bubble .translate");
      if (await translate.count()) await translate.first().click();
      await page.waitForTimeout(2 * SETTLED_MS);
      await draw(page, `thread-translated-${language}`);
      complaints.splice(0);
    });

    test(`models and usage in ${language}`, async ({ page, complaints }) => {
      await signIn(page, demo);
      // A server of one's own would be asked in place of the simulator from then on.
      const { call, forget } = await apiOf(page, demo);
      await call("put", "models/fallback", {
        base_url: "https://localhost/v1",
        api_key: "sk-of-our-own",
        models: { answering: "small", translation: "large" },
      });
      await go(page, "settings/models");
      await drawWhole(page, `models-${language}`);
      await drawOpened(page, `models-server-${language}`, page.locator(".own-list button").first());
      await drawOpened(page, `models-server-kept-${language}`, page.locator(".own-list .acts button").first());
      await forget("models/fallback");
      await go(page, "settings/usage");
      await drawWhole(page, `usage-${language}`);
      complaints.splice(0);
    });
  });
}
