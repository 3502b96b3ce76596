import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { conversationQuery, messagesQuery, numbersQuery } from "../../api/queries.ts";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
// Read already when the test begins.
import "../bots/knowledge-editor.tsx";
import type { Message } from "./model.ts";
import { Teach } from "./teach.tsx";

vi.mock("../../api/roles.ts", () => ({ usePermissions: () => ({ mayReply: true, mayManage: true }) }));
vi.mock("@tanstack/react-router", () => ({ useSearch: () => ({ at: "answer" }) }));

afterEach(cleanup);

test("an answer that a search has led to is taught with what the customer had asked", async () => {
  const asked = {
    id: "asked",
    direction: "inbound",
    text: "Do you bake at night?",
    created_at: "2026-03-10T12:00:00Z",
  };
  const answer = { id: "answer", conversation_id: "c", direction: "outbound", author: "operator", text: "We do." };
  const message = { ...answer, created_at: "2026-03-10T12:01:00Z" } as Message;
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(conversationQuery("c").queryKey, { number_id: "n" } as never);
  client.setQueryData(numbersQuery.queryKey, { items: [{ id: "n", bot_id: "b" }] } as never);
  client.setQueryData(messagesQuery("c", "answer").queryKey, {
    pages: [{ items: [asked as Message, message] }],
    pageParams: [{ around: "answer" }],
  });
  render(
    <QueryClientProvider client={client}>
      <I18nProvider initial={createI18n("en", english, "en")}>
        <Teach message={message} />
      </I18nProvider>
    </QueryClientProvider>,
  );
  fireEvent.click(screen.getByRole("button"));
  expect(await screen.findByDisplayValue("Do you bake at night?")).toBeTruthy();
  expect(screen.getByDisplayValue("We do.")).toBeTruthy();
});
