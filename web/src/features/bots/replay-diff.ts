// Which words of two texts are not in the other.

export interface Piece {
  text: string;
  isOther: boolean;
}

/** What stands at one place of both texts: in both the same, or in each something else, or nothing. */
export interface Stretch {
  old: string;
  now: string;
  isCommon: boolean;
}

/** So many words, or lines, of one times those of the other at most: comparing takes that long. */
const MOST = 2000 * 2000;
/** Words with the space behind them. */
const WORDS = /\s*\S+\s*|\s+/g;
const LINES = /[^\n]+\n*|\n+/g;

/** A word without the signs around it, in small letters. */
const bare = (word: string) => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** Both texts in pieces, in order; those that only one has are marked. What is too long to be compared is not. */
export function differences(old: string, now: string): { old: Piece[]; now: Piece[] } {
  const all = stretches(old, now, bare);
  if (!all) return { old: [{ text: old, isOther: false }], now: [{ text: now, isOther: false }] };
  return { old: piecesOf(all, "old"), now: piecesOf(all, "now") };
}

/** What both texts share and what they do not, in order; null: they are too long. `alike`: what of a word or a line counts. */
export function stretches(old: string, now: string, alike: (text: string) => string): Stretch[] | null {
  const byWords = compare(old, now, WORDS, alike);
  if (byWords) return byWords;
  const byLines = compare(old, now, LINES, alike);
  return byLines?.flatMap((it) => (it.isCommon ? it : (compare(it.old, it.now, WORDS, alike) ?? it))) ?? null;
}

/** One side of it: neighbours of one kind are one piece. */
export function piecesOf(all: Stretch[], side: "old" | "now"): Piece[] {
  const pieces: Piece[] = [];
  for (const { [side]: text, isCommon } of all) {
    if (!text) continue;
    const last = pieces.at(-1);
    if (last?.isOther === !isCommon) last.text += text;
    else pieces.push({ text, isOther: !isCommon });
  }
  return pieces;
}

function compare(old: string, now: string, unit: RegExp, alike: (text: string) => string): Stretch[] | null {
  const [a, b] = [old.match(unit) ?? [], now.match(unit) ?? []];
  const [likeA, likeB] = [a.map(alike), b.map(alike)];
  // Mostly little has changed: what is the same before and behind it needs no looking for.
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && likeA[start] === likeB[start]) start++;
  let end = 0;
  while (end < most - start && likeA.at(-1 - end) === likeB.at(-1 - end)) end++;
  const [endA, endB] = [a.length - end, b.length - end];
  if ((endA - start) * (endB - start) > MOST) return null;
  const pairs = common(likeA.slice(start, endA), likeB.slice(start, endB)).map(
    ([i, j]) => [i + start, j + start] as const,
  );
  const before = Array.from({ length: start }, (_, at) => [at, at] as const);
  const behind = Array.from({ length: end }, (_, at) => [endA + at, endB + at] as const);
  return joined(a, b, [...before, ...pairs, ...behind]);
}

/** The places of the longest run of words that both have in the same order. */
function common(a: string[], b: string[]): [number, number][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = lengths[i];
    if (!row) continue;
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) found.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}

/** Both, cut where they stop and begin being the same. */
function joined(a: string[], b: string[], pairs: (readonly [number, number])[]): Stretch[] {
  const all: Stretch[] = [];
  const push = (old: string, now: string, isCommon: boolean) => {
    const last = all.at(-1);
    if (last?.isCommon === isCommon) {
      last.old += old;
      last.now += now;
    } else if (old || now) all.push({ old, now, isCommon });
  };
  let [i, j] = [0, 0];
  for (const [nextA, nextB] of [...pairs, [a.length, b.length] as const]) {
    push(a.slice(i, nextA).join(""), b.slice(j, nextB).join(""), false);
    push(a[nextA] ?? "", b[nextB] ?? "", true);
    [i, j] = [nextA + 1, nextB + 1];
  }
  return all;
}
