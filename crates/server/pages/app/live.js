// Follows what changes. The browser reconnects by itself while it can; after an answer that is an error it does not,
// so then this does, from the last event it has seen.

import { renew } from "./api.js";

const KINDS = ["message.created", "message.updated", "conversation.updated", "onboarding.updated", "number.updated", "reset"];
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Calls `changed(kind, data)` for every event and `online(isOnline)` when that changes; returns what ends it. */
export function follow(changed, online) {
  let source = null;
  let timer = 0;
  let wait = FIRST_WAIT_MS;
  let lastId = "";

  function open() {
    source = new EventSource(lastId ? `/api/events?${new URLSearchParams({ last_event_id: lastId })}` : "/api/events");
    source.onopen = () => { wait = FIRST_WAIT_MS; online(true); };
    source.onerror = () => {
      online(false);
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(again, wait);
    };
    source.addEventListener("hello", note);
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => { note(event); changed(kind, event.data ? JSON.parse(event.data) : {}); });
    }
  }

  function note(event) {
    lastId = event.lastEventId || lastId;
  }

  async function again() {
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    // A refusal is most likely a session that has ended; without one there is nothing to follow.
    const signedIn = await renew().catch(() => true);
    if (signedIn && source) open();
  }

  open();
  return () => {
    clearTimeout(timer);
    source.close();
    source = null;
  };
}
