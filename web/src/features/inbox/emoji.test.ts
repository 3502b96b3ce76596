import { beforeEach, expect, test } from "vitest";
import { EMOJI, type EmojiGroup, emojiOf, inserted, noteEmoji, recentEmoji } from "./emoji.ts";

beforeEach(() => localStorage.clear());

test("no emoji is offered twice in a group", () => {
  for (const group of Object.keys(EMOJI) as EmojiGroup[]) {
    const all = emojiOf(group);
    expect(new Set(all).size, group).toBe(all.length);
  }
});

test("an emoji goes where one writes, in place of what is selected", () => {
  expect(inserted("Hello you", "👋", 6, 9)).toEqual({ text: "Hello 👋", at: 8 });
  expect(inserted("", "👨‍👩‍👧", 0, 0)).toEqual({ text: "👨‍👩‍👧", at: 8 });
});

test("what was used last comes first, each once", () => {
  for (const emoji of ["👍", "🎉", "👍"]) noteEmoji(emoji);
  expect(recentEmoji()).toEqual(["👍", "🎉"]);
});
