import { expect, test } from "vitest";
import { english } from "../../i18n/testing.ts";
import { actionsOf, dayEnd, dayStart } from "./audit-filter.ts";

test("a day goes from its first moment to the next day's, and across a month's end", () => {
  expect(dayStart("2026-02-28")).toBe(new Date(2026, 1, 28).toISOString());
  expect(dayEnd("2026-02-28")).toBe(new Date(2026, 2, 1).toISOString());
});

test("what is no day limits nothing", () => {
  expect([dayStart(""), dayEnd("2026")]).toEqual([undefined, undefined]);
});

test("what may be done is offered by its words, sorted", () => {
  const actions = actionsOf(english, "en");
  expect(actions).toContainEqual(["session.opened", "Signed in"]);
  const names = actions.map(([, name]) => name);
  expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, "en")));
});
