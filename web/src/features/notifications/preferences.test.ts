import { beforeEach, expect, test } from "vitest";
import { isWanted, keepPreferences, type Occasion, preferencesOf } from "./preferences.ts";

beforeEach(() => localStorage.clear());

const occasion: Occasion = { kind: "message", needsPerson: false, isWithPeople: false, assigneeId: null };
const wants = (which: "all" | "mine" | "person" | "none", more: Partial<Occasion>) =>
  isWanted({ which, browser: true, sound: true }, { ...occasion, ...more }, "me");

test("one is told of what one wants to be told of", () => {
  expect(wants("all", { assigneeId: "another" })).toBe(true);
  expect(wants("mine", { assigneeId: "another" })).toBe(false);
  expect(wants("mine", { assigneeId: "me" })).toBe(true);
  expect(wants("mine", {})).toBe(true);
  expect(wants("person", {})).toBe(false);
  expect(wants("person", { kind: "needs_person", needsPerson: true })).toBe(true);
  expect(wants("none", { needsPerson: true })).toBe(false);
});

test("each person has preferences of their own, and what is damaged is as if it were not there", () => {
  keepPreferences("a", { which: "person", browser: true, sound: true });
  expect(preferencesOf("a")).toEqual({ which: "person", browser: true, sound: true });
  expect(preferencesOf("b")).toEqual({ which: "all", browser: false, sound: false });
  localStorage.setItem("switchboard.notifications.b", '{"which":"everything","sound":1}');
  expect(preferencesOf("b")).toEqual({ which: "all", browser: false, sound: false });
  localStorage.setItem("switchboard.notifications.b", "{");
  expect(preferencesOf("b").which).toBe("all");
});
