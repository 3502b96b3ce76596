// What a customer had asked before an answer.

import type { Message } from "./model.ts";

/** As long as a question may be. */
const LONGEST = 1000;

/** What the customer has said since the business spoke before, a line each. */
export function askedBefore(answer: Message, messages: Message[]): string {
  const before = messages
    .filter(({ created_at, id }) => id !== answer.id && Date.parse(created_at) <= Date.parse(answer.created_at))
    .sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  const last = before.findLastIndex(({ direction, author }) => direction === "outbound" && author !== "system");
  // A part of the same answer does not stand between.
  const since = before.slice(last + 1).filter(({ direction }) => direction === "inbound");
  return since
    .flatMap(({ text }) => text ?? [])
    .join("\n")
    .slice(0, LONGEST);
}
