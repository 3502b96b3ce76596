// Which words of two answers are not in the other.

export interface Piece {
  text: string;
  isOther: boolean;
}

/** Longer answers are shown without marks: comparing takes time by the square, and nobody reads it word by word. */
const MOST_WORDS = 600;

/** A word without the signs around it, in small letters. */
const bare = (word: string) => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** Both texts in pieces, in order; those that only one has are marked. */
export function differences(old: string, now: string): { old: Piece[]; now: Piece[] } {
  const [a, b] = [wordsOf(old), wordsOf(now)];
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) {
    return { old: [{ text: old, isOther: false }], now: [{ text: now, isOther: false }] };
  }
  const [inBothA, inBothB] = common(a.map(bare), b.map(bare));
  return { old: pieces(a, inBothA), now: pieces(b, inBothB) };
}

/** Words with the space behind them. */
const wordsOf = (text: string) => text.match(/\S+\s*/g) ?? [];

/** The places of the longest run of words that both have in the same order. */
function common(a: string[], b: string[]): [Set<number>, Set<number>] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = lengths[i];
    if (!row) continue;
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: [Set<number>, Set<number>] = [new Set(), new Set()];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      found[0].add(i++);
      found[1].add(j++);
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}

/** Neighbours of one kind are one piece. */
function pieces(words: string[], inBoth: Set<number>): Piece[] {
  const all: Piece[] = [];
  for (const [index, word] of words.entries()) {
    const isOther = !inBoth.has(index);
    const last = all.at(-1);
    if (last?.isOther === isOther) last.text += word;
    else all.push({ text: word, isOther });
  }
  return all;
}
