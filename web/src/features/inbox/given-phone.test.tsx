import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { contactQuery } from "../../api/queries.ts";
import { adopt, type Session } from "../../api/session.ts";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import { GivenPhone } from "./given-phone.tsx";
import type { Contact } from "./model.ts";

afterEach(cleanup);

const CONTACT = { id: "c", given_phone: "905550001001" } as Contact;

function show(role: string) {
  adopt({ user: { id: "me", name: "Mehmet", role }, tenant: { id: "t", name: "Corner Bakery" } } as Session);
  const client = new QueryClient();
  render(
    <QueryClientProvider client={client}>
      <I18nProvider initial={createI18n("en", english, "en")}>
        <GivenPhone contact={CONTACT} phone="905550001001" />
      </I18nProvider>
    </QueryClientProvider>,
  );
  return client;
}

test("a number that was given is shown with what it is worth, and an operator can remove it", async () => {
  const bodies: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    bodies.push(await request.json());
    return Response.json({ ...CONTACT, given_phone: null });
  });
  const client = show("operator");
  expect(screen.getByText(/Nobody has verified/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Remove the number" }));
  await vi.waitFor(() => expect(client.getQueryData(contactQuery("c").queryKey)?.given_phone).toBeNull());
  expect(bodies).toEqual([{ given_phone: null }]);
});

test("a viewer cannot remove it", () => {
  show("viewer");
  expect(screen.queryByRole("button")).toBeNull();
});
