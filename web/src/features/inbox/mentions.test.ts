import { expect, test } from "vitest";
import { candidates, insertMention, mentionAt, mentioned, pieces } from "./mentions.ts";
import type { Person } from "./model.ts";

const person = (name: string, role = "operator") => ({ id: name, name, role }) as Person;
const TEAM = [person("Ayşe Usta"), person("Ayşe"), person("Can Demir"), person("Işık", "viewer")];
const names = (people: Person[]) => people.map(({ name }) => name);

test("an @ begins a name at the start of a word, and nowhere else", () => {
  expect(mentionAt("hi @ay", 6)).toEqual({ from: 3, typed: "ay" });
  expect(mentionAt("@", 1)).toEqual({ from: 0, typed: "" });
  expect(mentionAt("ayse@bakery", 11)).toBeNull();
  expect(mentionAt("@ay\nnext", 8)).toBeNull();
  expect(mentionAt("nobody", 6)).toBeNull();
});

test("who may answer customers is found by any part of the name, however it is spelt", () => {
  expect(names(candidates(TEAM, "AYSE"))).toEqual(["Ayşe Usta", "Ayşe"]);
  expect(names(candidates(TEAM, "dem"))).toEqual(["Can Demir"]);
  expect(names(candidates(TEAM, "isik"))).toEqual([]);
});

test("a name is put in whole, with the cursor behind it", () => {
  expect(insertMention("hi @ay, look", 6, 3, "Ayşe")).toEqual({ text: "hi @Ayşe , look", cursor: 9 });
});

test("of names that begin alike the longer is meant", () => {
  expect(names(mentioned("@Ayşe Usta and @Can Demir", TEAM))).toEqual(["Ayşe Usta", "Can Demir"]);
  expect(names(mentioned("@Ayşe, look", TEAM))).toEqual(["Ayşe"]);
  expect(pieces("@Ayşe Usta: look", TEAM)).toEqual([
    { at: 0, text: "@Ayşe Usta", isName: true },
    { at: 10, text: ": look", isName: false },
  ]);
  expect(pieces("nobody", [])).toEqual([{ at: 0, text: "nobody", isName: false }]);
});
