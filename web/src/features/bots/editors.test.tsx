import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { adopt, type Session } from "../../api/session.ts";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import { KnowledgeEditor } from "./knowledge-editor.tsx";
import { TestEditor } from "./test-editor.tsx";
import { draftFor } from "./test-values.ts";

beforeEach(() => adopt({ user: { id: "me" }, tenant: { id: "t" } } as Session));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A server that has nothing, and answers what is sent to it when it is let. */
function server() {
  const sent = vi.fn();
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json({ items: [] });
    sent(await request.json());
    await answered;
    return Response.json({ id: "new" }, { status: 201 });
  });
  return { sent, answer };
}

type OnClose = (isSaved?: boolean) => void;
const EDITORS = [
  {
    what: "knowledge",
    field: "Answer",
    editor: (onClose: OnClose) => (
      <KnowledgeEditor botId="b" item={null} draft={{ question: "Do you bake?", answer: "We do." }} onClose={onClose} />
    ),
  },
  {
    what: "a test",
    field: "Name",
    editor: (onClose: OnClose) => (
      <TestEditor botId="b" test={null} draft={draftFor("Do you bake?")} onClose={onClose} />
    ),
  },
];

function show(editor: (typeof EDITORS)[number]["editor"]) {
  const onClose = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <I18nProvider initial={createI18n("en", english, "en")}>{editor(onClose)}</I18nProvider>
    </QueryClientProvider>,
  );
  return onClose;
}

test.each(EDITORS)("$what is stored once, however often Save is pressed", async ({ editor }) => {
  const { sent, answer } = server();
  const onClose = show(editor);
  const save = screen.getByRole<HTMLButtonElement>("button", { name: "Save" });
  fireEvent.click(save);
  expect(save.disabled).toBe(true);
  expect(screen.getByText("Please wait.").getAttribute("role")).toBe("status");
  fireEvent.click(save);
  answer();
  await waitFor(() => expect(onClose).toHaveBeenCalledWith(true));
  expect(sent).toHaveBeenCalledOnce();
  expect(save.disabled).toBe(false);
});

test.each(EDITORS)("$what that is being written is not lost by a key", async ({ field, editor }) => {
  server();
  const onClose = show(editor);
  fireEvent.change(screen.getByLabelText(field), { target: { value: "At night, too." } });
  fireEvent.keyDown(screen.getByLabelText(field), { key: "Escape" });
  const asked = await screen.findByRole("alertdialog");
  fireEvent.click(within(asked).getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  expect(screen.getByDisplayValue("At night, too.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
  fireEvent.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Leave" }));
  expect(onClose).toHaveBeenCalledExactlyOnceWith();
});

test.each(EDITORS)("$what that nobody has touched is closed by a key, unasked", async ({ field, editor }) => {
  server();
  const onClose = show(editor);
  fireEvent.keyDown(screen.getByLabelText(field), { key: "Escape" });
  await waitFor(() => expect(onClose).toHaveBeenCalledExactlyOnceWith());
});
