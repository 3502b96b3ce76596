// What is in the fields of a contact: as it is read, written and sent.

import type { I18n } from "../../i18n/i18n.ts";
import type { ContactField } from "./model.ts";

/** A value for people. */
export function valueWords(field: ContactField, value: unknown, { date, number }: Pick<I18n, "date" | "number">) {
  if (field.kind === "date") return date(String(value));
  // Most numbers of customers are names of something, such as an order's, and no amounts.
  return typeof value === "number" ? number(value, { useGrouping: false }) : String(value);
}

/** What a form shows of a value. */
export const typed = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

/** What is sent of what was typed; null takes the value away. */
export function meant(field: ContactField, text: string): string | number | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  return field.kind === "number" ? Number(trimmed) : trimmed;
}
