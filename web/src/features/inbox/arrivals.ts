// A customer has written: told to whoever wants to say so.

import type { Conversation } from "./model.ts";

type Listener = (conversation: Conversation) => void;
const listeners = new Set<Listener>();

export function onArrival(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function emitArrival(conversation: Conversation) {
  for (const listener of listeners) listener(conversation);
}
