import type { en } from "./en.ts";
import type { messagesEn } from "./messages.en.ts";
import type { studioEn } from "./studio.en.ts";

/** The forms a language has for a count (CLDR); `other` always. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export type Key = keyof typeof en | keyof typeof studioEn;

/** Every text, in one language. */
export type Dictionary = Record<Key, string | Plural>;

/** The texts that come with the first screen. */
export type FirstDictionary = Record<keyof typeof en, string | Plural>;

/** The texts of messages, which stand in files of their own. */
export type MessagesDictionary = Record<keyof typeof messagesEn, string | Plural>;

/** The texts of pages that are loaded when they are opened: the bot studio, figures, models. */
export type StudioDictionary = Record<keyof typeof studioEn, string | Plural>;
