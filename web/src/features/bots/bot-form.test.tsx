import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { adopt, type Session } from "../../api/session.ts";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import { useBotDraft } from "./bot-draft.ts";
import { BotForm } from "./bot-form.tsx";
import type { Bot } from "./bots-page.tsx";

vi.mock("../../api/roles.ts", () => ({ usePermissions: () => ({ mayReply: true, mayManage: true }) }));
vi.mock("@tanstack/react-router", () => ({ Link: () => null, useBlocker: () => ({ status: "idle" }) }));

const at = (second: number) => new Date(Date.UTC(2026, 2, 10, 12, 0, second)).toISOString();
const BOT: Bot = {
  id: "b",
  name: "Assistant",
  enabled: true,
  abilities: [],
  instructions: "Be short.",
  language: "auto",
  reply_delay_ms: 1500,
  max_wait_ms: 15_000,
  tone: "plain",
  hours: { periods: [{ day: 1, from: "09:00", to: "18:00" }], holidays: [] },
  hands_over_when_closed: false,
  handoff_keywords: [],
  hands_over_when_angry: false,
  sees_pictures: false,
  handoff_labels: [],
  created_at: at(0),
  updated_at: at(0),
};

function Form({ bot }: { bot: Bot }) {
  const [draft, setDraft] = useBotDraft(bot);
  return <BotForm draft={draft} setDraft={setDraft} />;
}

function show(bot: Bot) {
  const client = new QueryClient();
  const form = (it: Bot) => (
    <QueryClientProvider client={client}>
      <I18nProvider initial={createI18n("en", english, "en")}>
        <Form bot={it} />
      </I18nProvider>
    </QueryClientProvider>
  );
  const { rerender } = render(form(bot));
  return (it: Bot) => rerender(form(it));
}

/** A server whose bot is changed `second`s after it was made, and answers when it is let. */
function server(bot: Bot, second: number) {
  const sent = vi.fn();
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    // Labels and models are not waited for.
    if (request.method === "GET") return new Promise<Response>(() => {});
    const body = await request.json();
    sent(body);
    await answered;
    return Response.json({ ...bot, ...body, updated_at: at(second) });
  });
  return { sent, answer };
}

const field = (name: string) => screen.getByLabelText<HTMLInputElement>(name);
const write = (name: string, value: string) => fireEvent.change(field(name), { target: { value } });
const button = () => screen.getByRole<HTMLButtonElement>("button", { name: "Save" });
// Not by a click: this DOM finds tenths of a second no multiple of a tenth.
const save = () => fireEvent.submit(button());

beforeEach(() => adopt({ user: { id: "me" }, tenant: { id: "t" } } as Session));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("what others have changed shows, beside what is being written, and is not taken back", async () => {
  const theirs = { ...BOT, instructions: "Be kind.", updated_at: at(1) };
  const { sent, answer } = server(theirs, 2);
  const swap = show(BOT);
  write("Tone", "formal");
  swap(theirs);
  expect([field("Instructions").value, field("Tone").value]).toEqual(["Be kind.", "formal"]);
  save();
  answer();
  await waitFor(() => expect(screen.getByText("Saved.")).toBeTruthy());
  expect(sent.mock.calls).toEqual([[{ tone: "formal" }]]);
});

test("what others change while it is saved is not taken back by the next change", async () => {
  const { sent, answer } = server({ ...BOT, instructions: "Be kind." }, 2);
  show(BOT);
  write("Tone", "formal");
  save();
  answer();
  await waitFor(() => expect(field("Instructions").value).toBe("Be kind."));
  expect(field("Tone").value).toBe("formal");
  write("Tone", "friendly");
  save();
  await waitFor(() => expect(sent.mock.calls).toEqual([[{ tone: "formal" }], [{ tone: "friendly" }]]));
});

test("what is written while it is saved stays, and is not taken for saved", async () => {
  const { sent, answer } = server(BOT, 1);
  show(BOT);
  write("Instructions", "Be kind");
  save();
  write("Instructions", "Be kind, always.");
  answer();
  await waitFor(() => expect(button().disabled).toBe(false));
  expect(field("Instructions").value).toBe("Be kind, always.");
  expect(screen.queryByText("Saved.")).toBeNull();
  save();
  await waitFor(() => expect(screen.getByText("Saved.")).toBeTruthy());
  expect(sent.mock.calls).toEqual([[{ instructions: "Be kind" }], [{ instructions: "Be kind, always." }]]);
});

test("what was saved stays in the form until the list of bots is read again", async () => {
  const { answer } = server(BOT, 1);
  const swap = show(BOT);
  write("Name", "Baker");
  save();
  answer();
  await waitFor(() => expect(screen.getByText("Saved.")).toBeTruthy());
  swap({ ...BOT });
  expect(field("Name").value).toBe("Baker");
});
