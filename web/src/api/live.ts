// Follows what changes. The browser reconnects by itself while it can; after an answer that is an error it does not,
// so then this does, from the last event it has seen.

import { useSyncExternalStore } from "react";
import { renew } from "./session.ts";

export const EVENT_KINDS = [
  "hello",
  "message.created",
  "message.updated",
  "conversation.updated",
  "conversation.typing",
  "tool.called",
  "bot_run.changed",
  "note.created",
  "note.updated",
  "note.deleted",
  "labels.updated",
  "contact.updated",
  "contact_fields.updated",
  "canned_replies.updated",
  "filters.updated",
  "onboarding.updated",
  "number.updated",
  "templates.updated",
  "reset",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface EventData {
  conversation_id?: string;
  contact_id?: string;
  conversation_ids?: string[];
  message_id?: string;
  note_id?: string;
  tool_call_id?: string;
  bot_id?: string;
  of?: "tests" | "replay";
  direction?: string;
  author?: string;
  person_id?: string;
  writing?: "reply" | "note";
  until?: string;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

let online = true;
const watchers = new Set<() => void>();

function setOnline(next: boolean) {
  if (next === online) return;
  online = next;
  for (const watcher of watchers) watcher();
}

function watchOnline(watcher: () => void) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Whether news arrives. */
export const useOnline = () => useSyncExternalStore(watchOnline, () => online);

/** Calls `changed` for every event; returns what ends it. */
export function follow(changed: (kind: EventKind, data: EventData) => void): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;
  let lastId = "";
  let ended = false;

  const note = (event: MessageEvent) => {
    lastId = event.lastEventId || lastId;
  };

  function open() {
    const opened = new EventSource(
      lastId ? `/api/events?${new URLSearchParams({ last_event_id: lastId })}` : "/api/events",
    );
    source = opened;
    opened.onopen = () => {
      wait = FIRST_WAIT_MS;
      setOnline(true);
    };
    opened.onerror = () => {
      setOnline(false);
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(again, wait);
    };
    for (const kind of EVENT_KINDS) {
      opened.addEventListener(kind, (event) => {
        note(event);
        changed(kind, event.data ? JSON.parse(event.data) : {});
      });
    }
  }

  async function again() {
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    // A refusal is most likely a session that has ended; without one there is nothing to follow.
    const mayGoOn = await renew().catch(() => true);
    if (mayGoOn && !ended) open();
  }

  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
    setOnline(true);
  };
}
