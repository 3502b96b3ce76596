import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import { useAtOnce } from "./at-once.ts";
import { Toggle } from "./toggle.tsx";

afterEach(cleanup);

/** A switch whose server is `stored`, which answers as late as `answer` lets it. */
function Switch({ stored, answer }: { stored: { isOn: boolean }; answer: (isOn: boolean) => Promise<void> }) {
  const { data = false } = useQuery({ queryKey: ["switch"], queryFn: () => stored.isOn });
  const [isOn, turn] = useAtOnce({ value: data, store: answer, queryKey: ["switch"], scope: "switch" });
  return (
    <Toggle isOn={isOn} onOn={turn}>
      Label
    </Toggle>
  );
}

function show(answer: (stored: { isOn: boolean }, isOn: boolean) => Promise<void>) {
  const stored = { isOn: false };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <I18nProvider initial={createI18n("en", english, "en")}>
        <Switch stored={stored} answer={(isOn) => answer(stored, isOn)} />
      </I18nProvider>
    </QueryClientProvider>,
  );
  return { box: screen.getByRole<HTMLInputElement>("switch"), stored };
}

test("a switch stands as it was set from the click on, while the server has not answered", async () => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { box } = show(async (stored, isOn) => {
    await answered;
    stored.isOn = isOn;
  });
  fireEvent.click(box);
  expect(box.checked).toBe(true);
  answer();
  await waitFor(() => expect(box.checked).toBe(true));
});

test("what is wished while the server works is done afterwards, and stays", async () => {
  const heard = vi.fn();
  const { box, stored } = show(async (stored, isOn) => {
    await Promise.resolve();
    heard(isOn);
    stored.isOn = isOn;
  });
  for (const _click of [1, 2, 3]) fireEvent.click(box);
  expect(box.checked).toBe(true);
  await waitFor(() => expect(heard.mock.calls).toEqual([[true], [false], [true]]));
  expect(box.checked).toBe(true);
  expect(stored.isOn).toBe(true);
});

test("a switch goes back where the server refuses", async () => {
  const { box } = show(() => Promise.reject(new Error("no")));
  fireEvent.click(box);
  expect(box.checked).toBe(true);
  await waitFor(() => expect(box.checked).toBe(false));
});
