// What the server says to people of its own accord, in the reader's language: why a message failed, what the doctor found,
// what went wrong with a connection, what is wrong with a field of a form. It is kept as it was said, in English; its sentences are the keys of `said.*.ts`.

/** Translations of sentences; `{}` stands for what the server fills in. */
export type Sentences = Record<string, string>;

interface Pattern {
  start: RegExp;
  translation: string;
}

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/** Sentences that say more come first, so that none is taken for the beginning of another. */
function patternsOf(sentences: Sentences): Pattern[] {
  return Object.entries(sentences)
    .sort(([a], [b]) => b.length - a.length)
    .map(([sentence, translation]) => {
      const words = sentence.split("{}").map((part) => part.replace(SPECIAL, "\\$&"));
      return { start: new RegExp(`^${words.join("(.*?)")}(?= |$)`, "s"), translation };
    });
}

/** What is not known stays as it is, sentence by sentence, and so does the name before a colon. */
function translated(text: string, patterns: Pattern[]): string {
  const parts: string[] = [];
  let rest = text;
  while (rest) {
    const { part, length } = first(rest, patterns);
    parts.push(part);
    rest = rest.slice(length).trimStart();
  }
  return parts.join(" ");
}

function first(text: string, patterns: Pattern[]): { part: string; length: number } {
  for (const { start, translation } of patterns) {
    const [whole, ...values] = start.exec(text) ?? [];
    if (whole) return { part: translation.replace(/\{\}/g, () => values.shift() ?? ""), length: whole.length };
  }
  const unknown = /^.*?[.!?:](?= )/s.exec(text)?.[0] ?? text;
  return { part: unknown, length: unknown.length };
}

/** Says again what the server said. Moments are written as the reader writes them, in every language. */
export function createSaid(sentences: Sentences, moment: (at: string) => string): (text: string) => string {
  let patterns: Pattern[] | undefined;
  return (text) => {
    patterns ??= patternsOf(sentences);
    return translated(text, patterns).replace(TIME, moment);
  };
}
