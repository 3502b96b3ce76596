import { expect, test } from "vitest";
import { readArrival } from "./arrival.ts";

test("what the provider's newcomer brings is behind the hash", () => {
  const hash = "#ticket=a-b_c&email=ay%C5%9Fe%40bakery.example&name=Ay%C5%9Fe+Usta";
  const expected = { outcome: "newcomer", ticket: "a-b_c", email: "ayşe@bakery.example", name: "Ayşe Usta" };
  expect(readArrival("newcomer", hash)).toEqual(expected);
});

test("who did not come back has nothing there", () => {
  expect(readArrival(undefined, "#ticket=a")).toBeNull();
  expect(readArrival("denied", "")).toEqual({ outcome: "denied", ticket: null, name: "", email: "" });
});
