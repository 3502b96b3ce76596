import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { adopt, type Session } from "../../api/session.ts";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import { BotTests } from "./bot-tests.tsx";

// However slow the machine.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const TEST = { id: "t", name: "Delivery", turns: ["Do you deliver?"] };
const RUN = {
  id: "r",
  state: "done",
  created_at: "2026-11-26T11:03:00.000Z",
  tests: 1,
  passed: 1,
  failed: 0,
  errors: 0,
};
const RESULT = { test_id: "t", name: "Delivery", turns: [], lines: [], passages: [], failures: [], outcome: "passed" };

/** A bot of one test that has passed. What is in `broken` cannot be read. */
function show(broken: Set<string>) {
  const answers: Record<string, unknown> = {
    "/api/bots/bot/tests": { items: [TEST] },
    "/api/bots/bot/test-runs": { items: [RUN] },
    "/api/bots/bot/test-runs/r": { run: RUN, results: [RESULT], newly_failing: 0, newly_passing: 0 },
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (broken.has(pathname)) return Response.json({ status: 500, code: "internal", title: "" }, { status: 500 });
    return Response.json(answers[pathname]);
  });
  adopt({ user: { id: "me", name: "Mehmet", role: "owner" }, tenant: { id: "t", name: "Bakery" } } as Session);
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <I18nProvider initial={createI18n("en", english, "en")}>
        <BotTests botId="bot" hasUnsaved={false} />
      </I18nProvider>
    </QueryClientProvider>,
  );
}

test.each(["/api/bots/bot/test-runs", "/api/bots/bot/test-runs/r"])(
  "while %s cannot be read, that is said, and nothing of what came of a test",
  async (path) => {
    const broken = new Set([path]);
    show(broken);
    await screen.findByText(english["problem.internal"] as string);
    expect(await screen.findByText("Delivery")).toBeTruthy();
    expect(screen.queryByText("Not in this run")).toBeNull();
    broken.clear();
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Passed")).toBeTruthy();
    expect(screen.queryByText(english["problem.internal"] as string)).toBeNull();
  },
);
