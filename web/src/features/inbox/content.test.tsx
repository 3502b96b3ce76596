import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { tenantQuery } from "../../api/queries.ts";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import { Content } from "./content.tsx";
import type { Message } from "./model.ts";
import { CustomerLanguage } from "./reading.ts";

afterEach(cleanup);

const MESSAGE = { id: "m", type: "text", direction: "inbound", language: null, translations: [], passages: 0 };

function show(message: Partial<Message>, customer: string | null) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData<unknown>(tenantQuery.queryKey, { can_translate: true });
  render(
    <QueryClientProvider client={client}>
      <I18nProvider initial={createI18n("en", english, "en")}>
        <CustomerLanguage value={customer}>
          <Content message={{ ...MESSAGE, ...message } as unknown as Message} name="Budi" />
        </CustomerLanguage>
      </I18nProvider>
    </QueryClientProvider>,
  );
}

const TRANSLATE = { name: english["translate.verb"] as string };
const link = () => screen.queryByRole("button", TRANSLATE);

test("what a customer says in a language that nobody can tell can be translated", async () => {
  show({ text: "Adakah kedai buka hari Ahad?" }, null);
  expect(await screen.findByRole("button", TRANSLATE)).toBeTruthy();
});

test("what is in the reader's language, or in none, cannot", () => {
  show({ text: "Adakah kedai buka hari Ahad?" }, "en");
  expect(link(), "the customer's is known").toBeNull();
  show({ text: "10:30 👍" }, null);
  expect(link(), "no words").toBeNull();
  show({ text: "Selamat siang", direction: "outbound" }, null);
  expect(link(), "one's own").toBeNull();
});
