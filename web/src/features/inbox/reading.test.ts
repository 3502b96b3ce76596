import { act, renderHook } from "@testing-library/react";
import { createElement, type ReactNode } from "react";
import { beforeEach, expect, test } from "vitest";

import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { english } from "../../i18n/testing.ts";
import { languageOf, spokenBy } from "./customer-language.ts";
import type { Message } from "./model.ts";
import { chooseReading, directionOf, translateAlways, useReading, useReplying } from "./reading.ts";
import { inTurn } from "./translating.ts";

beforeEach(() => {
  localStorage.clear();
  chooseReading("");
});

const wrapper = ({ children }: { children: ReactNode }) =>
  createElement(I18nProvider, { initial: createI18n("en", english, "en"), children });

test("one reads in the language of the screens until one chooses another", () => {
  const { result } = renderHook(() => useReading(), { wrapper });
  expect([result.current.reads, result.current.isAlways("tr")]).toEqual(["en", false]);
  act(() => chooseReading("de"));
  expect(result.current.reads).toBe("de");
  act(() => translateAlways("tr", true));
  act(() => translateAlways("ar", true));
  act(() => translateAlways("tr", true));
  expect(localStorage.getItem("switchboard.translates")).toBe("ar tr");
  act(() => translateAlways("ar", false));
  expect([result.current.isAlways("tr"), result.current.isAlways("ar"), result.current.isAlways(null)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("what one writes is translated where one has what is said translated, unless one has switched it there", () => {
  const { result } = renderHook(() => useReplying("a", "tr"), { wrapper });
  expect(result.current[0]).toBe(false);
  act(() => translateAlways("tr", true));
  expect(result.current[0]).toBe(true);
  act(() => result.current[1](false));
  expect(result.current[0]).toBe(false);
  const other = renderHook(() => useReplying("b", "tr"), { wrapper });
  expect(other.result.current[0], "another conversation").toBe(true);
  const own = renderHook(() => useReplying("c", "en"), { wrapper });
  act(() => own.result.current[1](true));
  expect(own.result.current[0], "one's own language").toBe(false);
});

test("a customer speaks the language of their last words that tell one", () => {
  const said = (direction: string, language: string | null, text = "sabah kaçta açılıyorsunuz") =>
    ({ direction, language, text }) as Message;
  const spoken = [said("inbound", "ar"), said("inbound", "tr"), said("outbound", "en"), said("inbound", null)];
  expect(spokenBy(spoken, null)).toBe("tr");
  expect(spokenBy([said("outbound", "en")], null)).toBeNull();
  expect(spokenBy([said("outbound", "en")], "ar"), "as before").toBe("ar");
  const few = said("inbound", "it", "faturamda hata var");
  expect(spokenBy([...spoken, few], null), "a few words change nothing").toBe("tr");
  expect(languageOf(few, "tr")).toBe("tr");
  expect(spokenBy([few], null), "where nothing is known, they tell").toBe("it");
  expect(spokenBy([...spoken, said("inbound", "ar", "مرحبا")], null), "another script").toBe("ar");
});

test("each language has its direction", () => {
  expect([directionOf("ar"), directionOf("fa"), directionOf("tr")]).toEqual(["rtl", "rtl", "ltr"]);
});

test("three are translated at a time, and then what was asked for last", async () => {
  const order: number[] = [];
  const ends: (() => void)[] = [];
  const task = (n: number) => inTurn(() => new Promise<void>((end) => ends.push(end)).then(() => order.push(n)));
  const all = [1, 2, 3, 4, 5].map(task);
  await Promise.resolve();
  expect(ends.length).toBe(3);
  while (order.length < 5) {
    ends.shift()?.();
    await new Promise((next) => setTimeout(next));
  }
  await Promise.all(all);

  expect(order.indexOf(5)).toBeLessThan(order.indexOf(4));
});
