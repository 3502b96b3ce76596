// In which language one reads, and what is translated without being asked for: as this reader likes it, in this browser.

import { createContext, useSyncExternalStore } from "react";
import { useI18n } from "../../i18n/provider.tsx";

const INTO = "switchboard.reads_in";
const ALWAYS = "switchboard.translates";

/** The language of the customer whose conversation is open; null: it cannot be told. */
export const CustomerLanguage = createContext<string | null>(null);

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

export const directionOf = (language: string): "rtl" | "ltr" => (RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr");

const watchers = new Set<() => void>();
const replies = new Map<string, boolean>();

function changed() {
  for (const watcher of watchers) watcher();
}
const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};
const stored = (key: string) => localStorage.getItem(key) ?? "";
const listed = (text: string) => text.split(" ").filter(Boolean);

/** `""`: the language of the screens. */
export function chooseReading(language: string) {
  localStorage.setItem(INTO, language);
  changed();
}

/** Has everything in a language translated from now on, or nothing more. */
export function translateAlways(language: string, isWanted: boolean) {
  const others = listed(stored(ALWAYS)).filter((it) => it !== language);
  localStorage.setItem(ALWAYS, (isWanted ? [...others, language] : others).join(" "));
  changed();
}

/** The language one reads, and those that are translated into it without being asked for. */
export function useReading() {
  const { language } = useI18n();
  const into = useSyncExternalStore(watch, () => stored(INTO));
  const always = useSyncExternalStore(watch, () => stored(ALWAYS));
  return {
    reads: into || language,
    chosen: into,
    isAlways: (code: string | null) => listed(always).includes(code ?? ""),
  };
}

/** Whether what one writes in a conversation is translated first: as one has switched it there, else as one reads it. */
export function useReplying(conversationId: string, customer: string | null) {
  const { reads, isAlways } = useReading();
  const own = useSyncExternalStore(watch, () => replies.get(conversationId));
  const isOn = customer !== null && customer !== reads && (own ?? isAlways(customer));
  const set = (next: boolean) => {
    replies.set(conversationId, next);
    changed();
  };
  return [isOn, set] as const;
}
