// An earlier text beside the text of now: what is the same in long ones is left out.

import { type Piece, piecesOf, type Stretch, stretches } from "./replay-diff.ts";

/** So many characters of what is the same stand around each difference. */
const AROUND = 160;
const GAP = " … ";

export interface Compared {
  old: Piece[];
  now: Piece[];
  /** Something is left out. */
  isCut: boolean;
}

/** Two texts with their differences marked. `isWhole`: nothing is left out. */
export function compared(old: string, now: string, isWhole: boolean): Compared {
  // Signs count here, for they may be what was corrected; spaces do not.
  const all = stretches(old, now, (text) => text.trim());
  if (!all) return { old: [{ text: old, isOther: false }], now: [{ text: now, isOther: false }], isCut: false };
  const cut = all.map((it, index) => shortened(it, index === 0, index === all.length - 1));
  const isCut = all.length > 1 && cut.some((it, index) => it.now !== all[index]?.now);
  const shown = isCut && !isWhole ? cut : all;
  return { old: piecesOf(shown, "old"), now: piecesOf(shown, "now"), isCut };
}

function shortened(it: Stretch, isFirst: boolean, isLast: boolean): Stretch {
  if (!it.isCommon) return it;
  const cut = (text: string) => around(text, isFirst ? 0 : AROUND, isLast ? 0 : AROUND);
  return { ...it, old: cut(it.old), now: cut(it.now) };
}

/** The beginning and the end of a text, whole words; the text itself where little would be left out. */
function around(text: string, first: number, last: number): string {
  if (text.length <= 3 * AROUND) return text;
  const [from, to] = [text.indexOf(" ", first), text.lastIndexOf(" ", text.length - last)];
  if (from < 0 || to <= from) return text;
  return (first ? text.slice(0, from) : "") + GAP + (last ? text.slice(to + 1) : "");
}
