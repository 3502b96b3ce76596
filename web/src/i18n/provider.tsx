import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";
import type { Dictionary, FirstDictionary, StudioDictionary } from "./dictionary.ts";
import { createI18n, type I18n, isLanguage, type Language } from "./i18n.ts";
import type { Sentences } from "./said.ts";

const STORE = "switchboard.language";

const DICTIONARIES: Record<Language, () => Promise<FirstDictionary>> = {
  en: async () => (await import("./en.ts")).en,
  tr: async () => (await import("./tr.ts")).tr,
  ar: async () => (await import("./ar.ts")).ar,
};
const STUDIO: Record<Language, () => Promise<StudioDictionary>> = {
  en: async () => (await import("./studio.en.ts")).studioEn,
  tr: async () => (await import("./studio.tr.ts")).studioTr,
  ar: async () => (await import("./studio.ar.ts")).studioAr,
};
const SENTENCES: Record<Language, () => Promise<Sentences>> = {
  en: async () => ({}),
  tr: async () => (await import("./said.tr.ts")).saidTr,
  ar: async () => (await import("./said.ar.ts")).saidAr,
};

/** The reader's choice, or else the browser's. */
function preferredLanguage(): Language {
  const chosen = localStorage.getItem(STORE);
  if (chosen && isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

/** The texts that are shown, and whether those of the studio are among them. */
const shown: { language: Language; words: Partial<Dictionary>; hasStudio: boolean } = {
  language: "en",
  words: {},
  hasStudio: false,
};

/** Before a page of the studio's is shown. What has been loaded comes along when another language is chosen. */
export async function loadStudioTexts(): Promise<void> {
  const { language, words } = shown;
  shown.hasStudio = true;
  Object.assign(words, await STUDIO[language]());
}

export async function loadI18n(language: Language = preferredLanguage()): Promise<I18n> {
  const [first, studio, sentences] = await Promise.all([
    DICTIONARIES[language](),
    shown.hasStudio ? STUDIO[language]() : {},
    SENTENCES[language](),
  ]);
  // Pages that need the texts of the studio wait for them.
  const words = { ...first, ...studio } as Dictionary;
  Object.assign(shown, { language, words });
  const locale = navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
  document.documentElement.lang = language;
  const i18n = createI18n(language, words, locale, Date.now, sentences);
  document.documentElement.dir = i18n.dir;
  return i18n;
}

interface Choice {
  i18n: I18n;
  choose: (language: Language) => Promise<void>;
}

const Context = createContext<Choice | null>(null);

export function I18nProvider({ initial, children }: { initial: I18n; children: ReactNode }) {
  const [i18n, setI18n] = useState(initial);
  const choose = useCallback(async (language: Language) => {
    localStorage.setItem(STORE, language);
    setI18n(await loadI18n(language));
  }, []);
  const choice = useMemo(() => ({ i18n, choose }), [i18n, choose]);
  return <Context value={choice}>{children}</Context>;
}

function useChoice(): Choice {
  const choice = use(Context);
  if (!choice) throw new Error("there is no I18nProvider above this component");
  return choice;
}

export const useI18n = (): I18n => useChoice().i18n;
export const useChooseLanguage = () => useChoice().choose;
