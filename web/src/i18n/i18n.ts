// The words on the screen, and times and numbers as the reader writes them.

import type { Dictionary, Key } from "./dictionary.ts";
import { createSaid, type Sentences } from "./said.ts";

export const LANGUAGES = { en: "English", tr: "Türkçe", ar: "العربية" } as const;
export type Language = keyof typeof LANGUAGES;
type Values = Record<string, string | number>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const KILO = 1024;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

export const isLanguage = (code: string): code is Language => Object.hasOwn(LANGUAGES, code);

/** Midnight of a moment's day, where the reader is. */
const dayOf = (at: number) => new Date(at).setHours(0, 0, 0, 0);

/** The texts of one language. `locale` adds the reader's country, which decides how times are written. */
export function createI18n(
  language: Language,
  words: Dictionary,
  locale: string,
  now: () => number = Date.now,
  sentences: Sentences = {},
) {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(locale);
  const show = (value: string | number | undefined) =>
    typeof value === "number" ? numbers.format(value) : (value ?? "");

  /** The text of `key` with `{name}` filled in. A text with plural forms is chosen by `count`. */
  function t(key: Key, values: Values = {}): string {
    const found = words[key];
    const text =
      typeof found === "string" ? found : (found[plurals.select(Number(values["count"] ?? 0))] ?? found.other);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => show(values[name]));
  }

  const number = (value: number, options?: Intl.NumberFormatOptions) => {
    const parts = new Intl.NumberFormat(locale, options).formatToParts(value);
    // From right to left, the sign of a currency such as US$ would else stand before its letters.
    const isApart = (type: string) => dir === "rtl" && type === "currency";
    return parts.map(({ type, value }) => (isApart(type) ? `\u2066${value}\u2069` : value)).join("");
  };

  const isKey = (key: string): key is Key => Object.hasOwn(words, key);
  const dir: "rtl" | "ltr" = language === "ar" ? "rtl" : "ltr";
  const times = createTimes(t, locale, now);
  const said = createSaid(sentences, times.moment);
  return { language, locale, dir, words, t, said, isKey, number, size: createSizes(locale), ...times };
}

/** How large a file is, in the largest unit of which there is one. */
function createSizes(locale: string) {
  return (bytes: number): string => {
    const power = bytes < KILO ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(KILO)), UNITS.length - 1);
    const value = bytes / KILO ** power;
    const unit = UNITS[power] ?? "byte";
    const maximumFractionDigits = power > 1 && value < 10 ? 1 : 0;
    return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(
      value,
    );
  };
}

type Translate = (key: Key, values?: Values) => string;

/** Times as the reader writes them. */
function createTimes(t: Translate, locale: string, now: () => number) {
  const formatted = (at: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(new Date(at));
  const clock = (at: string) => formatted(at, { hour: "2-digit", minute: "2-digit" });
  /** A day of the calendar, such as 2026-12-31. */
  const date = (day: string) => formatted(`${day}T00:00:00Z`, { dateStyle: "medium", timeZone: "UTC" });
  const exact = (at: string) => formatted(at, { dateStyle: "medium", timeStyle: "medium" });

  /** "today", "yesterday", then the date. */
  function day(at: string): string {
    const days = Math.round((dayOf(now()) - dayOf(Date.parse(at))) / DAY);
    if (days === 0 || days === 1) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-days, "day");
    return formatted(at, { day: "numeric", month: "long", year: "numeric" });
  }

  /** "5 min. ago" up to a day, then the date. */
  function ago(at: string): string {
    const passed = now() - Date.parse(at);
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
    if (passed < MINUTE) return t("time.now");
    if (passed < HOUR) return relative.format(-Math.floor(passed / MINUTE), "minute");
    if (passed < DAY) return relative.format(-Math.floor(passed / HOUR), "hour");
    return formatted(at, { day: "numeric", month: "short" });
  }

  /** A clock time today, with the day on other days. */
  const moment = (at: string) => {
    if (dayOf(now()) === dayOf(Date.parse(at))) return clock(at);
    const isThisYear = new Date(now()).getFullYear() === new Date(at).getFullYear();
    const year = isThisYear ? {} : ({ year: "numeric" } as const);
    return formatted(at, { day: "numeric", month: "short", ...year, hour: "numeric", minute: "2-digit" });
  };

  /** How long until `at`, in hours and minutes. */
  function timeLeft(at: string): string {
    const minutes = Math.max(0, Math.ceil((Date.parse(at) - now()) / MINUTE));
    if (minutes < 60) return t("time.minutes", { minutes });
    const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
    return t("time.hours_minutes", { hours: Math.floor(minutes / 60), minutes: two.format(minutes % 60) });
  }

  return { clock, date, exact, day, ago, moment, timeLeft };
}

export type I18n = ReturnType<typeof createI18n>;
