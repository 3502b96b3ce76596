// Not a test of anything: pictures of every page and dialog, for people to look at.

import { expect, type Page } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { drawing, FOLDER, NARROW, SETTLED_MS, WIDE } from "./drawing.ts";
import { connect, openDialog, openPhone, say, signIn, test } from "./screens.ts";

const demo = useDemo();
const PAGES = [
  "overview",
  "overview?range=30d",
  "inbox",
  "connect",
  "bots",
  "bots?tab=knowledge",
  "bots?tab=tools",
  "bots?tab=unanswered",
  "bots?tab=try",
  "bots?tab=tests",
  "bots?tab=replay",
  "settings/business",
  "settings/profile",
  "settings/security",
  "settings/templates",
  "settings/notifications",
  "settings/people",
  "settings/labels",
  "settings/contact-fields",
  "settings/canned-replies",
  "settings/usage",
  "settings/models",
  "settings/api-keys",
  "settings/audit",
  "settings/leftovers",
  "design",
  "nowhere",
];
/** Before one is signed in; without the token of a mail they say what is wrong with the link. */
const OUTSIDE = [
  "sign-in",
  "sign-in?up=true",
  "forgot-password",
  "reset-password",
  "reset-password#token=pretended",
  "verify-email#token=pretended",
  "invitation#token=pretended",
];
const { draw, go, drawOpened } = drawing(demo);

let number = "";
const arrives = (from: string, name: string, message: object) =>
  demo.simulate("POST", "inbound", { phone_number_id: number, from, name, ...message });

/** A business with something to see. */
test.beforeAll(async ({ browser }) => {
  test.setTimeout(300_000);
  const page = await (await browser.newContext({ locale: "en-GB", viewport: WIDE })).newPage();
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}inbox`);
  await draw(page, "inbox-before-en");
  await page.goto(`${demo.dashboard}connect`);
  await draw(page, "first-run-en");
  const dialog = await openDialog(page);
  await page.waitForTimeout(SETTLED_MS);
  await draw(page, "connecting-en");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.locator(".steps li.failed")).toBeVisible();
  await draw(page, "connect-stuck-en");
  await page.reload();
  await connect(page);
  const phone = await openPhone(page);
  number = new URL(phone.url()).searchParams.get("number") ?? "";
  await say(phone, "What time do you open?");
  await expect(phone.locator(".bubble.business")).toContainText(["7:00"]);
  await page.goto(`${demo.dashboard}connect`);
  await expect(page.locator(".numbers")).toBeVisible();
  await draw(page, "connected-en");

  const { access_token: token } = await (await page.request.post(`${demo.dashboard}api/auth/refresh`)).json();
  const headers = { authorization: `Bearer ${token}` };
  const call = async (method: "post" | "patch", path: string, data: object) =>
    (await page.request[method](`${demo.dashboard}api/${path}`, { headers, data })).json();
  const me = await (await page.request.get(`${demo.dashboard}api/auth/me`, { headers })).json();
  const ids: string[] = [];
  for (const [name, colour] of [
    ["Order", "green"],
    ["Complaint", "red"],
    ["Wholesale, regular customer", "blue"],
  ])
    ids.push((await call("post", "labels", { name, colour })).id);
  for (const [shortcut, title, text] of [
    ["hours", "Opening hours", "Hello {contact_name}, we open at seven on weekdays and at eight on Sundays."],
    ["thanks", "Thanks", "Thank you, {contact_name}. See you soon!"],
    ["تسليم", "التوصيل", "نوصل الطلبات داخل المدينة كل يوم قبل الظهر."],
  ])
    await call("post", "canned-replies", { shortcut, title, text });
  await call("post", "saved-filters", { name: "Complaints", shared: true, filter: { view: "open", label_id: ids[1] } });

  const yesterday = Math.floor(Date.now() / 1000) - 26 * 3600;
  await arrives("905304445566", "Ece Yıldırım", { text: "The bread was burnt.", timestamp: yesterday });
  await arrives("905305556677", "Selin", { text: "I will come by tomorrow", timestamp: yesterday });
  await arrives("966501234567", "محمد العتيبي", { text: "هل لديكم خبز بدون غلوتين؟ أحتاج طلبًا كبيرًا ليوم الجمعة." });
  await arrives("905307778899", "Ali", { text: "Hello?" });
  await arrives("905306667788", "Deniz with a rather long name, Wholesale and Sons", { text: "Two trays, please" });
  const from = (raw: object) => arrives("905304445566", "Ece Yıldırım", { raw });
  await from({ type: "location", location: { latitude: 40.98, longitude: 29.03, name: "Moda Pier" } });
  await from({ type: "image", image: { id: "1", mime_type: "image/jpeg", sha256: "x", caption: "This one" } });
  await from({
    type: "contacts",
    contacts: [{ name: { formatted_name: "Can Demir" }, phones: [{ phone: "+90 530 111 22 33" }] }],
  });
  await from({ type: "unsupported", errors: [{ code: 131051, title: "Message type unknown" }] });
  const list = async () =>
    (await (await page.request.get(`${demo.dashboard}api/conversations`, { headers })).json()).items as {
      id: string;
      contact: { name: string };
    }[];
  await expect.poll(async () => (await list()).length).toBeGreaterThanOrEqual(6);
  const idOf = async (name: string) => (await list()).find(({ contact }) => contact.name?.startsWith(name))?.id ?? "";
  const ece = await idOf("Ece");
  await demo.simulate("PUT", "faults", {
    on: "messages",
    kind: { code: 131026, http_status: 400 },
    to: "905307778899",
  });
  const ali = await idOf("Ali");
  await call("post", `conversations/${ali}/takeover`, {});
  await call("post", `conversations/${ali}/messages`, { text: "Good morning, Ali." });
  await call("post", `conversations/${ece}/takeover`, {});
  await call("patch", "conversations", { changes: [{ id: ece, add_labels: [ids[0], ids[1]] }] });
  await call("post", `conversations/${ece}/notes`, {
    text: `@${me.user.name} she is a regular: please offer her a new loaf.`,
    mentions: [me.user.id],
  });
  await call("post", `conversations/${ece}/messages`, {
    type: "interactive",
    interactive: {
      type: "buttons",
      body: "We are sorry. Shall we bring you a new loaf today?",
      buttons: [
        { id: "yes", title: "Yes, please" },
        { id: "no", title: "A refund" },
      ],
    },
  });
  await call("post", `conversations/${ece}/messages`, {
    text: "It would be with you before five.\nWith our apologies.",
  });

  const { items: bots } = await (await page.request.get(`${demo.dashboard}api/bots`, { headers })).json();
  const { items: known } = await (
    await page.request.get(`${demo.dashboard}api/bots/${bots[0].id}/knowledge`, { headers })
  ).json();
  await call("patch", `bots/${bots[0].id}/knowledge/${known[0].id}`, { answer: `${known[0].answer} On Sundays, too.` });
  const tests = `bots/${bots[0].id}/tests`;
  for (const [name, turns, must_say, handoff] of [
    ["Opening hours", ["Do you deliver?", "What time do you open?"], ["7:00"], false],
    ["A price that has changed", ["How much is a simit?"], ["12 TL"], null],
    ["A person", ["I want to talk to a real person"], [], true],
    ["التوصيل", ["هل لديكم توصيل؟"], [], false],
  ])
    await call("post", tests, { name, turns, must_say, handoff });
  await call("post", `${tests}/run`, {});
  await page.waitForTimeout(4 * SETTLED_MS);
});

/** As whoever runs the installation. */
async function signInAsAdmin(page: Page) {
  const info = await (await page.request.get(`${demo.dashboard}api/demo`)).json();
  await page.goto(demo.dashboard);
  await expect(page.locator("input[name=password]")).not.toHaveValue("");
  await page.locator("input[name=email]").fill(info.admin_email);
  await page.locator("input[name=password]").fill(info.password);
  await page.locator("form button[type=submit]").click();
  await expect(page.locator("main#main")).toBeVisible();
}

for (const language of ["en", "tr", "ar"]) {
  test.describe(language, () => {
    test.use({ locale: language, viewport: WIDE });

    test(`outside in ${language}`, async ({ page, complaints }) => {
      for (const path of OUTSIDE) {
        await go(page, path);
        await draw(page, `out-${path}-${language}`);
      }
      await page.goto(`${demo.dashboard}sign-in`);
      await page.locator("a.button, .oidc a").first().click();
      const other = page.getByText("Somebody else", { exact: true });
      await other.click();
      await page.getByLabel("Name").fill("Nil Deniz");
      await page.getByLabel("E-mail").fill(`nil-${language}@pier.example`);
      await page.getByRole("button", { name: "Continue" }).click();
      await expect(page.locator("input").first()).toBeVisible();
      await page.waitForTimeout(SETTLED_MS);
      await draw(page, `out-newcomer-${language}`);
      complaints.splice(0);
    });

    test(`the platform in ${language}`, async ({ page }) => {
      await signInAsAdmin(page);
      await go(page, "platform");
      await expect(page.locator(".data-table tbody tr").nth(1)).toBeVisible();
      await draw(page, `platform-${language}`);
      await page.locator(".data-table a", { hasText: "Corner Bakery" }).click();
      await expect(page.locator("svg.usage")).toBeVisible();
      await draw(page, `platform-tenant-${language}`);
      const buttons = page.locator(".page > .buttons button");
      await drawOpened(page, `platform-suspend-${language}`, buttons.nth(1));
      await drawOpened(page, `platform-delete-${language}`, buttons.nth(2));
      await buttons.nth(0).click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("input").fill("Ticket 7");
      await draw(page, `platform-visit-${language}`);
      await dialog.locator("button[type=submit]").click();
      await expect(page.locator(".banner.visit")).toBeVisible();
      await page.waitForTimeout(SETTLED_MS);
      await draw(page, `visit-${language}`);
      await page.locator(".banner.visit button").click();
      await expect(page.locator(".banner.visit")).toHaveCount(0);
    });

    test(`pages in ${language}`, async ({ page, complaints }) => {
      await signIn(page, demo);
      for (const path of PAGES) {
        await go(page, path);
        await draw(page, `${path}-${language}`);
      }
      await go(page, "bots?tab=try");
      await page.locator(".opening button").first().click();
      await page.locator(".tried .line.bot details summary").click();
      await draw(page, `tried-${language}`);
      await drawOpened(page, `dialog-save-as-test-${language}`, page.locator(".playground .acts button").first());
      await go(page, "bots?tab=tests");
      await page.locator(".tests details summary").nth(1).click();
      await draw(page, `tests-seen-${language}`);
      await drawOpened(page, `dialog-test-${language}`, page.locator(".bot-tests .acts button").first());
      await drawOpened(page, `dialog-test-delete-${language}`, page.locator(".tests .tools button:last-child").first());
      await go(page, "bots?tab=tools");
      const tools = page.locator("[aria-labelledby=tools-title] .acts button");
      await drawOpened(page, `dialog-action-${language}`, tools.first());
      await drawOpened(page, `dialog-mcp-server-${language}`, tools.nth(1));
      await go(page, "bots?tab=knowledge");
      await drawOpened(page, `history-${language}`, page.locator(".knowledge button.link").first());
      await page.locator("[aria-labelledby=knowledge-title] .head button").click();
      for (const [index, kind] of ["question", "text", "file", "page", "site"].entries()) {
        await page.locator(".kinds input").nth(index).check();
        await draw(page, `knowledge-${kind}-${language}`);
      }
      await go(page, "bots");
      // The first of what is grouped: when people are there.
      await page.locator("fieldset.part .check input").first().check();
      await page.locator(".holidays").scrollIntoViewIfNeeded();
      await draw(page, `hours-${language}`);
      // What is not saved here is left without asking.
      page.once("dialog", (dialog) => dialog.accept());
      await go(page, "inbox");
      complaints.splice(0);
    });

    test(`dialogs of the settings in ${language}`, async ({ page, complaints }) => {
      await signIn(page, demo);
      const firstIn = (selector: string) => page.locator(`main ${selector}`).first();
      for (const [path, name, selector] of [
        ["settings/labels", "label", ".head button"],
        ["settings/contact-fields", "contact-field", ".head button"],
        ["settings/labels", "label-delete", ".own-list .acts button:last-child"],
        ["settings/canned-replies", "canned", ".head button"],
        ["settings/people", "invite", ".head button"],
        ["settings/api-keys", "api-key", ".head button"],
        ["settings/security", "second-factor", ".buttons.start button[type=button]"],
        ["settings/business", "delete-business", "section:last-of-type button"],
        ["connect", "disconnect", ".numbers .buttons button:nth-child(3)"],
        ["connect", "doctor", ".numbers .buttons button"],
      ] as const) {
        await go(page, path);
        await drawOpened(page, `dialog-${name}-${language}`, firstIn(selector));
      }
      await go(page, "inbox");
      await drawOpened(page, `menu-you-${language}`, page.locator("button.you"));
      complaints.splice(0);
    });

    test(`the inbox in ${language}`, async ({ page, complaints }) => {
      await signIn(page, demo);
      const open = async (name: string) => {
        await go(page, "inbox");
        await page.locator(".row", { hasText: name }).click();
        await expect(page.locator(".thread-head h2")).toContainText(name);
        await page.waitForTimeout(SETTLED_MS);
      };
      for (const view of ["mentions", "failed", "snoozed"]) {
        await go(page, `inbox?view=${view}`);
        await draw(page, `inbox-${view}-${language}`);
      }
      await drawOpened(page, `inbox-views-${language}`, page.locator("button.others"));
      await page.locator("button.others").click();
      await page.getByRole("menuitem").last().click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await draw(page, `inbox-keep-view-${language}`);
      await go(page, "inbox?q=bread");
      await draw(page, `search-${language}`);
      await go(page, "inbox?q=zzzz");
      await draw(page, `search-nothing-${language}`);
      await page.goto(`${demo.dashboard}inbox/00000000-0000-7000-8000-000000000000`);
      await page.waitForTimeout(2 * SETTLED_MS);
      await draw(page, `thread-gone-${language}`);

      await open("محمد");
      await draw(page, `thread-arabic-${language}`);
      await open("Ece");
      await draw(page, `thread-human-${language}`);
      // Beside the thread where there is room; over it, when it is asked for, where there is none.
      await expect(page.locator("aside.contact")).toBeVisible();
      await page.setViewportSize(NARROW);
      await page.keyboard.press("i");
      await expect(page.locator("aside.contact")).toBeVisible();
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `${FOLDER}thread-contact-${language}-${colorScheme}-narrow.png` });
      }
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize(WIDE);
      await page.locator("aside.contact button.mt-4").first().click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await draw(page, `contact-edit-${language}`);
      await page.keyboard.press("Escape");
      for (const [key, name] of [
        ["a", "assign"],
        ["l", "label"],
        ["s", "snooze"],
      ] as const) {
        await page.keyboard.press(key);
        await expect(page.getByRole("dialog")).toBeVisible();
        await draw(page, `organise-${name}-${language}`);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
      }
      await page.keyboard.press("n");
      await page.keyboard.type("@ay");
      await draw(page, `note-${language}`);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await page.keyboard.press("r");
      await page.keyboard.type("/");
      await page.waitForTimeout(SETTLED_MS);
      await draw(page, `canned-offered-${language}`);
      await page.keyboard.press("Backspace");
      await page.locator("button.smile, .composer > button.plain").last().click();
      await page.waitForTimeout(SETTLED_MS);
      await draw(page, `emoji-${language}`);
      await page.keyboard.press("Escape");
      const attach = page.locator("button.attach");
      await drawOpened(page, `extra-menu-${language}`, attach);
      for (const [place, name] of [
        "location",
        "contacts",
        "buttons",
        "list",
        "link",
        "ask-place",
        "template",
      ].entries()) {
        await attach.click();
        await page
          .getByRole("menuitem")
          .nth(place + 1)
          .click();
        const dialog = page.getByRole("dialog");
        await expect(dialog).toBeVisible();
        if (name === "location") await dialog.locator("input").first().fill("40.9789, 29.0256");
        if (name === "buttons" || name === "list") {
          await dialog.locator("textarea").fill("Which cake?");
          if (name === "list") await dialog.locator("input").first().fill("Our cakes");
          await dialog.locator(".extra-options input").first().fill("Small");
          await dialog.locator(".extra-options > button").click();
          await dialog.locator(".extra-options li:last-child input").first().fill("Large");
        }
        await page.waitForTimeout(SETTLED_MS);
        await draw(page, `extra-${name}-${language}`);
        await page.keyboard.press("Escape");
        await expect(dialog).toHaveCount(0);
      }
      await page.getByTestId("attach").setInputFiles([
        { name: "Offer – May.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 an offer") },
        { name: "harmless.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ\x90 a program") },
      ]);
      await expect(page.locator(".tray li.failed")).toBeVisible();
      await draw(page, `attached-${language}`);
      await open("Ali");
      await draw(page, `thread-failed-${language}`);
      await open("Selin");
      await draw(page, `thread-closed-${language}`);
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog")).toBeVisible();
      await draw(page, `palette-${language}`);
      await page.keyboard.press("Escape");
      await go(page, "inbox");
      await page.keyboard.press("j");
      await page.keyboard.press("x");
      await page.keyboard.press("j");
      await page.keyboard.press("x");
      await expect(page.locator(".bulk")).toBeVisible();
      await draw(page, `bulk-${language}`);
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog")).toBeVisible();
      await draw(page, `keys-${language}`);
      complaints.splice(0);
    });

    test(`the AI answers, hands over, and is quoted in ${language}`, async ({ page, complaints }) => {
      await signIn(page, demo);
      await go(page, "inbox");
      await page.locator(".row", { hasText: "Ayşe Yılmaz" }).click();
      await expect(page.locator(".bubble").first()).toBeVisible();
      await page.waitForTimeout(SETTLED_MS);
      await draw(page, `thread-ai-${language}`);
      await drawOpened(page, `passages-${language}`, page.locator(".sources").first());
      await page.locator(".row", { hasText: "Ece" }).click();
      await page.waitForTimeout(SETTLED_MS);
      await page.emulateMedia({ media: "print" });
      await page.screenshot({ path: `${FOLDER}print-${language}.png` });
      complaints.splice(0);
    });
  });
}
