import { expect, test } from "vitest";
import { letterOf } from "../../components/keys.ts";
import { matches } from "./match.ts";

test.each([
  ["ayse", "Ayşe Usta", true],
  ["isik", "IŞIK", true],
  ["USTA ay", "Ayşe Usta", true],
  ["", "anything", true],
  ["mehmet", "Ayşe Usta", false],
])("%j among %j: %s", (text, field, found) => {
  expect(matches(text, [field])).toBe(found);
});

test("a key is the Latin letter printed on it, whatever it types", () => {
  expect(letterOf({ key: "ف", code: "KeyT" })).toBe("t");
  expect(letterOf({ key: "T", code: "KeyT" })).toBe("t");
  expect(letterOf({ key: "?", code: "Slash" })).toBe("?");
});
