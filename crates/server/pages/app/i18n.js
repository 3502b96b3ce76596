// The words on the screen, and times and numbers as the reader writes them.

import { h } from "./dom.js";

export const LANGUAGES = { en: "English", tr: "Türkçe", ar: "العربية" };
const STORE = "switchboard.language";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let language = "en";
// With the reader's country, which decides how times are written.
let locale = "en";
let words = {};
let plurals = new Intl.PluralRules("en");

/** The reader's choice, or else the browser's. */
function preferred() {
  const known = (code) => Object.hasOwn(LANGUAGES, code);
  const chosen = localStorage.getItem(STORE);
  if (chosen && known(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(known) ?? "en";
}

export async function loadLanguage() {
  language = preferred();
  locale = navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
  words = (await import(`./lang/${language}.js`)).default;
  plurals = new Intl.PluralRules(language);
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
}

export const currentLanguage = () => language;

export async function chooseLanguage(code) {
  localStorage.setItem(STORE, code);
  await loadLanguage();
}

export const knows = (key) => Object.hasOwn(words, key);

/** The text of `key` with `{name}` filled in. A text with plural forms is chosen by `count`. */
export function t(key, values = {}) {
  const found = words[key] ?? key;
  const text = typeof found === "string" ? found : (found[plurals.select(values.count)] ?? found.other);
  return text.replace(/\{(\w+)\}/g, (_, name) => show(values[name]));
}

const show = (value) => (typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : String(value ?? ""));

const formatted = (at, options) => new Intl.DateTimeFormat(locale, options).format(new Date(at));

export const clock = (at) => formatted(at, { hour: "2-digit", minute: "2-digit" });
export const exact = (at) => formatted(at, { dateStyle: "medium", timeStyle: "medium" });

/** Midnight of a moment's day, where the reader is. */
const dayOf = (at) => new Date(at).setHours(0, 0, 0, 0);

export function day(at) {
  const days = Math.round((dayOf(Date.now()) - dayOf(at)) / DAY);
  if (days === 0 || days === 1) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-days, "day");
  return formatted(at, { day: "numeric", month: "long", year: "numeric" });
}

/** "5 min. ago" up to a day, then the date. */
export function ago(at) {
  const passed = Date.now() - new Date(at).getTime();
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  if (passed < MINUTE) return t("time.now");
  if (passed < HOUR) return relative.format(-Math.floor(passed / MINUTE), "minute");
  if (passed < DAY) return relative.format(-Math.floor(passed / HOUR), "hour");
  return formatted(at, { day: "numeric", month: "short" });
}

/** A clock time today, with the day on other days. */
export const moment = (at) => (dayOf(at) === dayOf(Date.now()) ? clock(at) : formatted(at, { dateStyle: "medium", timeStyle: "short" }));

/** How long until `at`. */
export function timeLeft(at) {
  const minutes = Math.max(0, Math.ceil((new Date(at).getTime() - Date.now()) / MINUTE));
  if (minutes < 60) return t("time.minutes", { minutes });
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  return t("time.hours_minutes", { hours: Math.floor(minutes / 60), minutes: two.format(minutes % 60) });
}

/** A time with the exact one on hover. */
export const time = (at, text) => h("time", { datetime: at, title: exact(at) }, text);
