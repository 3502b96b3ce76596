import { expect, test } from "vitest";
import { createI18n } from "../../i18n/i18n.ts";
import { english } from "../../i18n/testing.ts";
import { meant, typed, valueWords } from "./contact-values.ts";
import type { ContactField } from "./model.ts";

const field = (kind: string): ContactField => ({
  id: "f",
  name: "Field",
  kind,
  choices: [],
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
});

test("a number is sent as a number, and what is empty takes the value away", () => {
  expect([meant(field("number"), " 12.5 "), meant(field("text"), " 12 "), meant(field("date"), "")]).toEqual([
    12.5,
    "12",
    null,
  ]);
});

test("what is kept is typed as it is", () => {
  expect([typed(undefined), typed(null), typed(0), typed("x")]).toEqual(["", "", "0", "x"]);
});

test("a day and a number are read as the reader writes them", () => {
  const i18n = createI18n("en", english, "en-GB");
  expect([valueWords(field("date"), "1990-02-28", i18n), valueWords(field("number"), 12_000.5, i18n)]).toEqual([
    "28 Feb 1990",
    "12000.5",
  ]);
});
