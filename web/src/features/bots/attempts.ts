// What was tried in the playground, and what the API is asked of it.

import type { Schemas } from "../../api/client.ts";

export interface Attempt {
  id: number;
  message: string;
  /** Null: it is being thought about. */
  tried: Schemas["TriedBody"] | null;
}

/** The longest past that the API takes. */
const LINES = 100;

/** What was said before, as the bot is told of it. */
export function historyOf(attempts: Attempt[]): Schemas["LineFields"][] {
  const lines = attempts.flatMap(({ message, tried }): Schemas["LineFields"][] => [
    { author: "customer", text: message },
    ...(tried?.texts ?? []).map((text) => ({ author: "bot", text })),
  ]);
  return lines.slice(-LINES);
}

/** Questions to begin with: those the bot has an answer to. */
export function openers(items: Schemas["KnowledgeBody"][], most: number): string[] {
  return items.flatMap((item) => (item.type === "qa" ? [item.question] : [])).slice(0, most);
}
