import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, render, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import { TestEditor } from "./test-editor.tsx";
import { TestResult } from "./test-result.tsx";
import type { Result } from "./test-rows.ts";
import type { BotTest } from "./test-values.ts";

// However slow the machine.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const PAGE = { id: "page", type: "page", title: "Delivery", text: "We deliver.", parent_id: "site" };

/** The bot's knowledge, of which the page of a site stands in no list. */
function serve(item: () => Response) {
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/knowledge/page")) return item();
    return Response.json({ items: [] });
  });
}

function inEnglish(children: ReactNode): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <I18nProvider initial={createI18n("en", english, "en")}>{children}</I18nProvider>
    </QueryClientProvider>,
  );
  return client;
}

function showResult() {
  const failures = [{ kind: "not_used", item_id: "page" }];
  const result = { failures, lines: [], passages: [], turns: [], outcome: "failed" } as unknown as Result;
  return inEnglish(<TestResult botId="bot" result={result} />);
}

function showEditor() {
  const expected = { must_say: [], must_not_say: [], must_call: [], must_not_call: [], handoff: null };
  const botTest = { id: "t", name: "Delivery", turns: ["Hi"], knowledge_item_id: "page", ...expected };
  inEnglish(<TestEditor botId="bot" test={botTest as unknown as BotTest} onClose={() => {}} />);
}

const chosen = () => screen.getByLabelText<HTMLSelectElement>("It must be answered from").selectedOptions[0]?.text;
const gone = () => Response.json({ status: 404, code: "not_found", title: "" }, { status: 404 });
const broken = () => Response.json({ status: 500, code: "internal", title: "" }, { status: 500 });

test("what was not answered from is named, also where it is a page of a site", async () => {
  serve(() => Response.json(PAGE));
  showResult();
  expect(await screen.findByText(/not answered from “\u2068Delivery\u2069”/)).toBeTruthy();
});

test("the bot no longer knows what is not there any more", async () => {
  serve(gone);
  showResult();
  expect(await screen.findByText(english["test.failure.item_gone"] as string)).toBeTruthy();
});

test("that something could not be read does not say that the bot no longer knows it", async () => {
  serve(broken);
  const client = showResult();
  await waitFor(() => expect(client.getQueryCache().getAll()[0]?.state.status).toBe("error"));
  expect(await screen.findByText(english["test.failure.not_used_other"] as string)).toBeTruthy();
  expect(screen.queryByText(english["test.failure.item_gone"] as string)).toBeNull();
});

test("who edits a test sees what it must be answered from, also where it is a page of a site", async () => {
  serve(() => Response.json(PAGE));
  showEditor();
  await waitFor(() => expect(chosen()).toBe("Delivery"));
});

test("who edits a test sees that what it must be answered from is gone", async () => {
  serve(gone);
  showEditor();
  await waitFor(() => expect(chosen()).toBe(english["test.item_gone"]));
});
