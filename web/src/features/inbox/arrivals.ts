// News that somebody may want to be told of: told to whoever wants to say so.

import type { Conversation } from "./model.ts";

/** A customer has written, or the AI has called for people. */
export type Arrival = "message" | "needs_person";
type Listener = (conversation: Conversation, kind: Arrival) => void;
const listeners = new Set<Listener>();

export function onArrival(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function emitArrival(conversation: Conversation, kind: Arrival) {
  for (const listener of listeners) listener(conversation, kind);
}
