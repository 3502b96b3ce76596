import { expect, test } from "vitest";
import { type CannedReply, filled, insertReply, offered, slashAt } from "./canned.ts";

const reply = (shortcut: string, title: string) => ({ id: shortcut, shortcut, title, text: "" }) as CannedReply;
const shortcuts = (replies: CannedReply[]) => replies.map(({ shortcut }) => shortcut);

test("a slash begins a shortcut at the start of a word, and nowhere else", () => {
  expect(slashAt("/ho", 3)).toEqual({ from: 0, typed: "ho" });
  expect(slashAt("Hello /ho and", 9)).toEqual({ from: 6, typed: "ho" });
  expect(slashAt("1/2", 3)).toBeNull();
  expect(slashAt("/ho ", 4)).toBeNull();
  expect(slashAt("nothing", 7)).toBeNull();
});

test("shortcuts that begin so come before titles that have the word", () => {
  const replies = [reply("adres", "Where we are"), reply("saat", "Opening hours"), reply("hours", "Saat")];
  expect(shortcuts(offered(replies, "SAA"))).toEqual(["saat", "hours"]);
  expect(shortcuts(offered(replies, ""))).toEqual(["adres", "saat", "hours"]);
  expect(offered(replies, "nothing")).toEqual([]);
});

test("gaps are filled, and what is not known leaves no hole", () => {
  const gaps = { contact_name: "Deniz", contact_phone: "+90", my_name: "Ayşe", business: "Corner Bakery" };
  const text = "Hello {contact_name}, {my_name} of {business} {what} here.";
  expect(filled(text, gaps)).toBe("Hello Deniz, Ayşe of Corner Bakery {what} here.");
  expect(filled("Hello {contact_name}, we open at 8.", { ...gaps, contact_name: "" })).toBe("Hello, we open at 8.");
});

test("a reply takes the place of what was typed", () => {
  expect(insertReply("Hi /ho!", 6, 3, "At eight.")).toEqual({ text: "Hi At eight.!", cursor: 12 });
});
