import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { adopt, type Session } from "../../api/session.ts";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import { LocalBubble } from "./bubble.tsx";
import { Composer } from "./composer.tsx";
import { draftOf } from "./drafts.ts";
import type { Conversation } from "./model.ts";
import { useSends } from "./sends.ts";

vi.mock("../../api/roles.ts", () => ({ usePermissions: () => ({ mayReply: true, mayManage: true }) }));

const soon = () => new Date(Date.now() + 60_000).toISOString();
let count = 0;

// Sends and suggestions are kept by conversation: each test has one of its own.
function conversation(more: Partial<Conversation> = {}): Conversation {
  count += 1;
  return {
    id: `conversation-${count}`,
    number_id: "n",
    number: { id: "n", display_phone_number: "+1 555" },
    contact: { id: "c", name: "Deniz" },
    control: "human",
    control_version: 1,
    control_at: soon(),
    needs_person: false,
    waiting: false,
    state: "open",
    send_failed: false,
    label_ids: [],
    mentioned: false,
    window: { open: true, closes_at: soon() },
    unread_count: 0,
    created_at: soon(),
    updated_at: soon(),
    ...more,
  };
}

function Sends({ id }: { id: string }) {
  return useSends(id).map((send) => <LocalBubble key={send.key} send={send} />);
}

function show(it: Conversation) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <I18nProvider initial={createI18n("en", english, "en")}>
        <Composer conversation={it} quoted={null} onQuoteDropped={() => {}} isNoting={false} onNoting={() => {}} />
        <ol>
          <Sends id={it.id} />
        </ol>
      </I18nProvider>
    </QueryClientProvider>,
  );
  return screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Your message" });
}

const network = vi.fn<typeof fetch>();
/** Colleagues are told that one types, beside what is asked for here. */
const beside: typeof fetch = async (input, init) =>
  (input as Request).url.endsWith("/typing") ? new Response(null, { status: 204 }) : network(input, init);
const requestAt = (index: number) => network.mock.calls[index]?.[0] as Request;
const write = (input: HTMLElement, text: string) => fireEvent.change(input, { target: { value: text } });

beforeEach(() => {
  adopt({ user: { id: "me", name: "Ayşe" }, tenant: { id: "t", name: "Corner Bakery" } } as Session);
  network.mockReset();
  vi.stubGlobal("fetch", beside);
});
afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

test("what could not be sent says why, and goes out again under the same key", async () => {
  network.mockRejectedValue(new TypeError("no network"));
  const it = conversation();
  const input = show(it);
  write(input, "We open at eight.");
  fireEvent.keyDown(input, { key: "Enter" });
  expect(screen.getByText("We open at eight.")).toBeTruthy();
  expect(input.value).toBe("");
  expect(await screen.findByText(/cannot be reached/)).toBeTruthy();

  network.mockResolvedValue(Response.json({ id: "m", conversation_id: it.id }, { status: 202 }));
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await vi.waitFor(() => expect(screen.queryByText("We open at eight.")).toBeNull());
  const keys = [requestAt(0), requestAt(1)].map((request) => request.headers.get("idempotency-key"));
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(await requestAt(1).json()).toEqual({ text: "We open at eight." });
});

test("Shift and Enter makes a line, and nothing is sent of nothing", () => {
  const input = show(conversation());
  write(input, "   ");
  fireEvent.keyDown(input, { key: "Enter" });
  write(input, "one");
  fireEvent.keyDown(input, { key: "Enter", shiftKey: true });
  expect(network).not.toHaveBeenCalled();
});

test("a draft stays with its conversation", () => {
  const it = conversation();
  write(show(it), "half a sen");
  expect(draftOf(it.id)).toBe("half a sen");
  cleanup();
  expect(show(it).value).toBe("half a sen");
  cleanup();
  expect(show(conversation()).value).toBe("");
});

test("Tab takes the AI's suggestion, Esc drops it, and neither comes back", () => {
  const taken = conversation({ suggestion: "At eight, every day." });
  const input = show(taken);
  expect(screen.getByText("The AI would have said")).toBeTruthy();
  fireEvent.keyDown(input, { key: "Tab" });
  expect(input.value).toBe("At eight, every day.");
  expect(screen.queryByText("The AI would have said")).toBeNull();
  cleanup();

  const dropped = conversation({ suggestion: "At nine." });
  fireEvent.keyDown(show(dropped), { key: "Escape" });
  expect(screen.queryByText("At nine.")).toBeNull();
  cleanup();
  show(dropped);
  expect(screen.queryByText("At nine.")).toBeNull();
});

test("a suggestion that is taken stands behind what is written already", () => {
  const input = show(conversation({ suggestion: "At eight, every day." }));
  write(input, "Good morning, Deniz!");
  fireEvent.click(screen.getByRole("button", { name: "Take it" }));
  expect(input.value).toBe("Good morning, Deniz!\nAt eight, every day.");
});

test("outside of the window one cannot write, and is told since when and until what", () => {
  const closed = new Date(Date.now() - 60_000).toISOString();
  // The server's word was given before the window closed.
  const input = show(conversation({ window: { open: true, closes_at: closed } }));
  expect(input.disabled).toBe(true);
  expect(screen.getByRole("status").textContent).toMatch(/^The window closed at .* once Deniz writes/);
});
