// What is sent beside text and files: a place, contacts, something to press. No React, no network.

import type { Schemas } from "../../api/client.ts";

type Body = Schemas["SendBody"];

export const EXTRAS = ["location", "contacts", "buttons", "list", "link", "ask_place"] as const;
export type Extra = (typeof EXTRAS)[number];

/** WhatsApp's limits, in characters. */
export const LIMITS = {
  buttons: 3,
  button: 20,
  rows: 10,
  row: 24,
  description: 72,
  body: 1024,
  listBody: 4096,
  footer: 60,
} as const;

export interface Coordinates {
  latitude: number;
  longitude: number;
}

const NUMBER = String.raw`([-+]?\d{1,3}(?:\.\d+)?)`;
const PAIR = String.raw`${NUMBER}(?:,|%2C)\s*${NUMBER}`;
/** Where maps keep a place in their addresses; what is meant comes before what is only in the middle of the picture. */
const IN_ADDRESS = [
  new RegExp(`!3d${NUMBER}!4d${NUMBER}`),
  new RegExp(`[?&]mlat=${NUMBER}&mlon=${NUMBER}`),
  new RegExp(`[?&](?:q|query|ll|sll|daddr|destination|coordinate|center)=(?:loc:)?${PAIR}`, "i"),
  new RegExp(`^geo:${PAIR}`, "i"),
  new RegExp(`/(?:place|search|dir)/${PAIR}`),
  new RegExp(`@${PAIR}`),
  new RegExp(String.raw`#map=\d+(?:\.\d+)?/${NUMBER}/${NUMBER}`),
];
/** A number with its decimals after a point, or, as people in many countries write, after a comma. */
const WRITTEN = String.raw`([-+]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([NS])?`;
const WRITTEN_EAST = String.raw`([-+]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([EW])?`;
const IN_WORDS = [
  new RegExp(`^${WRITTEN}\\s*[;/]\\s*${WRITTEN_EAST}$`, "i"),
  new RegExp(`^${WRITTEN},?\\s+${WRITTEN_EAST}$`, "i"),
  new RegExp(`^${NUMBER},${NUMBER}$`),
];

/** Where a link to a map leads, or what two numbers say. Null where that is nowhere. */
export function coordinatesOf(text: string): Coordinates | null {
  const said = latinDigits(text.trim());
  if (/^(https?|geo):/i.test(said)) {
    const match = IN_ADDRESS.map((pattern) => pattern.exec(said)).find((it) => it !== null);
    // One map names the longitude first.
    const isTurned = /^https?:\/\/[^/]*yandex\./i.test(said);
    return match ? onEarth(match[isTurned ? 2 : 1], match[isTurned ? 1 : 2]) : null;
  }
  const match = IN_WORDS.map((pattern) => pattern.exec(said)).find((it) => it !== null);
  if (!match) return null;
  const [, first, side, second, otherSide] = match.length === 3 ? [null, match[1], "", match[2], ""] : match;
  return onEarth(signed(first, side), signed(second, otherSide));
}

const signed = (degrees = "", side = "") => (/[SW]/i.test(side) ? `-${degrees}` : degrees);

const ARABIC_DIGITS = /[٠-٩۰-۹]/g;
const latinDigits = (text: string) =>
  text
    .replace(ARABIC_DIGITS, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf))
    .replaceAll("٫", ".")
    .replaceAll("،", ",");

function onEarth(north: string | undefined, east: string | undefined): Coordinates | null {
  const [latitude, longitude] = [north, east].map((degrees) => Number((degrees ?? "").replace(",", ".")));
  if (!north || !east || latitude === undefined || longitude === undefined) return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

export interface PlaceValues {
  where: string;
  name: string;
  address: string;
}

export function placeBody({ where, name, address }: PlaceValues): Body | null {
  const place = coordinatesOf(where);
  return place && { type: "location", ...place, ...given("name", name), ...given("address", address) };
}

export interface CardValues {
  name: string;
  phone: string;
  company: string;
  email: string;
}

const isPhone = (phone: string) => /^\+?[\d\s().-]{5,}$/.test(phone.trim());
export const isEmail = (email: string) => /^\S+@\S+$/.test(email.trim());

/** What keeps a contact from being sent; null when nothing does. */
export function wrongInCard({ name, phone, email }: CardValues): "name" | "phone" | "email" | null {
  if (name.trim() === "") return "name";
  if (phone.trim() !== "" && !isPhone(phone)) return "phone";
  if (email.trim() !== "" && !isEmail(email)) return "email";
  return phone.trim() === "" && email.trim() === "" ? "phone" : null;
}

export function contactsBody(cards: CardValues[]): Body | null {
  if (cards.length === 0 || cards.some((card) => wrongInCard(card))) return null;
  return { type: "contacts", contacts: cards.map(cardOf) };
}

function cardOf({ name, phone, company, email }: CardValues) {
  const said = name.trim().replace(/\s+/g, " ");
  const [first = "", ...rest] = said.split(" ");
  const number = phone.trim();
  return {
    name: { formatted_name: said, first_name: first, ...given("last_name", rest.join(" ")) },
    ...(number && {
      phones: [{ phone: number, type: "CELL", ...(number.startsWith("+") && { wa_id: number.replace(/\D/g, "") }) }],
    }),
    ...(company.trim() && { org: { company: company.trim() } }),
    ...(email.trim() && { emails: [{ email: email.trim(), type: "WORK" }] }),
  };
}

export interface OptionValues {
  title: string;
  description: string;
}

export interface OfferValues {
  text: string;
  footer: string;
  /** What opens a list, or what stands on a link's button. */
  button: string;
  url: string;
  options: OptionValues[];
}

/** Those that say something; the others have not been filled in. */
const filled = (options: OptionValues[]) => options.filter(({ title }) => title.trim() !== "");

/** A title that stands there twice: WhatsApp refuses that. */
export function twiceIn(options: OptionValues[]): string | null {
  const titles = filled(options).map(({ title }) => title.trim());
  return titles.find((title, index) => titles.indexOf(title) !== index) ?? null;
}

const isWebAddress = (url: string) => /^https?:\/\/[^\s/]+\.\S+$/i.test(url.trim());

export function offerBody(kind: Extract<Extra, "buttons" | "list" | "link" | "ask_place">, it: OfferValues) {
  const body = it.text.trim();
  const button = it.button.trim();
  const options = filled(it.options);
  if (body === "" || twiceIn(options) !== null) return null;
  const frame = { body, ...given("footer", it.footer) };
  const choices = options.map(({ title, description }, index) => ({
    id: `choice-${index + 1}`,
    title: title.trim(),
    ...(kind === "list" && given("description", description)),
  }));
  const interactive = {
    buttons: () => choices.length > 0 && { type: "buttons", ...frame, buttons: choices },
    list: () =>
      choices.length > 0 && button !== "" && { type: "list", ...frame, button, sections: [{ rows: choices }] },
    link: () =>
      button !== "" && isWebAddress(it.url) && { type: "cta_url", ...frame, display_text: button, url: it.url.trim() },
    ask_place: () => ({ type: "location_request", body }),
  }[kind]();
  return interactive ? ({ type: "interactive", interactive } as Body) : null;
}

const given = (key: string, value: string) => (value.trim() === "" ? {} : { [key]: value.trim() });
