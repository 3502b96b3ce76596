import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { teamQuery } from "../../api/queries.ts";
import { adopt, type Session } from "../../api/session.ts";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import type { Person } from "./model.ts";
import { NoteWriting } from "./note-writing.tsx";

afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

/** The field, for a team of one beside oneself. */
function show(answer: typeof fetch) {
  adopt({ user: { id: "me", name: "Mehmet" }, tenant: { id: "t", name: "Corner Bakery" } } as Session);
  vi.stubGlobal("fetch", answer);
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(teamQuery.queryKey, { items: [{ id: "a", name: "Ayşe Usta" } as Person] });
  render(
    <QueryClientProvider client={client}>
      <I18nProvider initial={createI18n("en", english, "en")}>
        <NoteWriting conversationId="c" />
      </I18nProvider>
    </QueryClientProvider>,
  );
  return screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Note to colleagues" });
}

test("what is typed right after a name was taken stays behind it", async () => {
  const input = show(async () => Response.json({ items: [] }));
  fireEvent.change(input, { target: { value: "@ay", selectionStart: 3, selectionEnd: 3 } });
  fireEvent.select(input);
  fireEvent.keyDown(input, { key: "Enter" });
  expect(input.value).toBe("@Ayşe Usta ");
  fireEvent.change(input, { target: { value: "@Ayşe Usta ca" } });
  input.setSelectionRange(13, 13);
  await new Promise(requestAnimationFrame);
  expect(input.selectionStart).toBe(13);
});

test("what is written on while a note is stored is not lost", async () => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const input = show(async (request) => {
    if ((request as Request).url.endsWith("/notes")) await answered;
    return Response.json({}, { status: 201 });
  });
  const write = (text: string) => fireEvent.change(input, { target: { value: text } });
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Add note" });
  write("Without nuts.");
  fireEvent.click(button);
  write("Without nuts. And with candles.");
  answer();
  await waitFor(() => expect(button.disabled).toBe(false));
  expect(input.value).toBe("Without nuts. And with candles.");
  fireEvent.click(button);
  await waitFor(() => expect(input.value).toBe(""));
});
