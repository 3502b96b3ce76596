// Naming colleagues in notes: what is typed after an @, and whom a text names.

import { plain } from "../shell/match.ts";
import type { Person } from "./model.ts";

/** The @ one is typing after, with what follows it up to the cursor; null: none. */
export function mentionAt(text: string, cursor: number): { from: number; typed: string } | null {
  const from = text.lastIndexOf("@", cursor - 1);
  if (from < 0 || (from > 0 && !/[\s(]/.test(text[from - 1] ?? ""))) return null;
  const typed = text.slice(from + 1, cursor);
  return /\n/.test(typed) || typed.length > 40 ? null : { from, typed };
}

/** Who may be meant, best first. */
export function candidates(team: Person[], typed: string): Person[] {
  const wanted = plain(typed);
  return team.filter(
    ({ role, name }) => role !== "viewer" && (plain(name).startsWith(wanted) || plain(name).includes(` ${wanted}`)),
  );
}

/** The text with the name in it, and where the cursor goes. */
export function insertMention(text: string, cursor: number, from: number, name: string) {
  const before = `${text.slice(0, from)}@${name} `;
  return { text: before + text.slice(cursor), cursor: before.length };
}

/** The people a text names: `@` and the whole name. Of two names that begin alike, the longer is meant. */
export function mentioned(text: string, team: Person[]): Person[] {
  const longest = [...team].sort((a, b) => b.name.length - a.name.length);
  let rest = text;
  return longest.filter(({ name }) => {
    const isNamed = rest.includes(`@${name}`);
    if (isNamed) rest = rest.replaceAll(`@${name}`, "");
    return isNamed;
  });
}

/** A part of a text: where it begins, and whether it names somebody. */
export interface Piece {
  at: number;
  text: string;
  isName: boolean;
}

/** A text in pieces, those that name somebody marked. */
export function pieces(text: string, people: Person[]): Piece[] {
  const names = people.map(({ name }) => `@${name}`).sort((a, b) => b.length - a.length);
  if (names.length === 0) return [{ at: 0, text, isName: false }];
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  let at = 0;
  return text.split(new RegExp(`(${escaped.join("|")})`)).flatMap((piece) => {
    const from = at;
    at += piece.length;
    return piece === "" ? [] : [{ at: from, text: piece, isName: names.includes(piece) }];
  });
}
