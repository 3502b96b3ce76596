import { expect, test } from "vitest";
import { mayChange, rolesToGive } from "./roles.ts";

test("nobody gives a role that is stronger than their own", () => {
  expect(rolesToGive("owner")).toEqual(["owner", "admin", "operator", "viewer"]);
  expect(rolesToGive("admin")).toEqual(["admin", "operator", "viewer"]);
  expect(rolesToGive("unheard of")).toEqual([]);
});

test("nobody changes who is stronger", () => {
  expect(mayChange("admin", "owner")).toBe(false);
  expect(mayChange("admin", "admin")).toBe(true);
  expect(mayChange("owner", "owner")).toBe(true);
  expect(mayChange("owner", "unheard of")).toBe(false);
});
