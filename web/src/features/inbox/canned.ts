// Answers that are given again and again: found by what is typed after a slash, and filled with who speaks to whom.

import type { Schemas } from "../../api/client.ts";
import { matches, plain } from "../shell/match.ts";

export type CannedReply = Schemas["CannedReplyBody"];

/** What may stand in a reply for what it names. */
export const GAPS = ["contact_name", "contact_phone", "my_name", "business"] as const;
export type Gaps = Record<(typeof GAPS)[number], string>;

/** The slash one is typing after, with what follows it up to the cursor; null: none. */
export function slashAt(text: string, cursor: number): { from: number; typed: string } | null {
  const from = text.lastIndexOf("/", cursor - 1);
  if (from < 0 || (from > 0 && !/\s/.test(text[from - 1] ?? ""))) return null;
  const typed = text.slice(from + 1, cursor);
  return /\s/.test(typed) ? null : { from, typed };
}

/** Those whose shortcut begins so, then those where the word stands elsewhere. */
export function offered(replies: CannedReply[], typed: string): CannedReply[] {
  const begins = replies.filter(({ shortcut }) => plain(shortcut).startsWith(plain(typed)));
  const others = replies.filter((reply) => !begins.includes(reply) && matches(typed, [reply.title, reply.text]));
  return [...begins, ...others];
}

/** The text with its gaps filled. Where nothing is known, no hole is left. */
export function filled(text: string, gaps: Gaps): string {
  return text
    .replace(/ ?\{(\w+)\}/g, (gap, name: string) => {
      if (!Object.hasOwn(gaps, name)) return gap;
      const value = gaps[name as keyof Gaps];
      return value ? gap.replace(`{${name}}`, value) : "";
    })
    .trim();
}

/** The text with a reply in place of what was typed, and where the cursor goes. */
export function insertReply(text: string, cursor: number, from: number, reply: string) {
  const before = text.slice(0, from) + reply;
  return { text: before + text.slice(cursor), cursor: before.length };
}
