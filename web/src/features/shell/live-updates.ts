// Works what the event stream tells into the caches, so that every screen shows it.

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useLayoutEffect } from "react";
import { type EventData, type EventKind, follow } from "../../api/live.ts";
import {
  cannedRepliesQuery,
  contactFieldsQuery,
  contactQuery,
  countsQuery,
  labelsQuery,
  notesQuery,
  numbersQuery,
  onboardingQuery,
  replaysQuery,
  savedFiltersQuery,
  testRunsQuery,
  toolCallsQuery,
} from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { catchUp, type News } from "../inbox/cache.ts";
import { hearTyping, hearWritten } from "../inbox/typing.ts";

// Events of one moment cause one request.
const GATHER_MS = 40;
// The stream goes by the cookie, which is of one's own business: a visited one is read again so often instead.
const VISIT_EVERY_MS = 15_000;
// How many there are need not be true to the moment.
const COUNT_MS = 1000;

export function useLiveUpdates() {
  const client = useQueryClient();
  const isVisit = useSession().visit !== undefined;
  // Before anything that is shown is asked for: an effect of a screen would run first.
  useLayoutEffect(() => {
    if (isVisit) {
      const timer = setInterval(() => client.invalidateQueries(), VISIT_EVERY_MS);
      return () => clearInterval(timer);
    }
    const gathered = gather(client);
    const recount = atMostEvery(COUNT_MS, () => client.invalidateQueries({ queryKey: countsQuery.queryKey }));
    return follow((kind, data) => {
      if (kind === "reset") client.invalidateQueries();
      // What was answered before the stream began may have changed in between, and nothing would tell of it.
      else if (kind === "hello") client.invalidateQueries({ predicate: ({ state }) => state.dataUpdatedAt > 0 });
      else if (kind === "onboarding.updated" || kind === "number.updated") reread(client);
      else if (kind === "templates.updated") client.invalidateQueries({ queryKey: ["templates"] });
      else if (kind === "labels.updated") relabel(client);
      else if (kind === "contact_fields.updated") client.invalidateQueries({ queryKey: contactFieldsQuery.queryKey });
      else if (kind === "contact.updated") {
        client.invalidateQueries({ queryKey: contactQuery(data.contact_id ?? "").queryKey });
        for (const id of data.conversation_ids ?? []) gathered(id, kind, {});
      } else if (kind === "canned_replies.updated") client.invalidateQueries({ queryKey: cannedRepliesQuery.queryKey });
      else if (kind === "filters.updated") client.invalidateQueries({ queryKey: savedFiltersQuery.queryKey });
      else if (kind === "conversation.typing") hearTyping(data);
      else if (kind === "tool.called") {
        client.invalidateQueries({ queryKey: toolCallsQuery(data.conversation_id ?? "").queryKey });
      } else if (kind === "bot_run.changed") {
        // What came of it is read anew by whoever shows it, where it is further than it was.
        const runs = data.of === "tests" ? testRunsQuery : replaysQuery;
        client.invalidateQueries({ queryKey: runs(data.bot_id ?? "").queryKey, exact: true });
      } else if (data.conversation_id) {
        if (kind === "note.created") hearWritten(data.conversation_id, "note");
        if (kind === "message.created" && data.author === "operator") hearWritten(data.conversation_id, "reply");
        if (data.note_id) client.invalidateQueries({ queryKey: notesQuery(data.conversation_id).queryKey });
        gathered(data.conversation_id, kind, data);
        recount();
      }
    });
  }, [client, isVisit]);
}

function reread(client: QueryClient) {
  client.invalidateQueries({ queryKey: onboardingQuery.queryKey });
  client.invalidateQueries({ queryKey: numbersQuery.queryKey });
}

function relabel(client: QueryClient) {
  client.invalidateQueries({ queryKey: labelsQuery.queryKey });
  // A label that is gone is gone from conversations, too.
  client.invalidateQueries({ queryKey: ["conversations"] });
  client.invalidateQueries({ queryKey: ["conversation"] });
}

/** Does it once after a while, however often it is asked for meanwhile. */
function atMostEvery(everyMs: number, act: () => void) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      act();
    }, everyMs);
  };
}

function gather(client: QueryClient) {
  const due = new Map<string, News>();
  return (id: string, kind: EventKind, data: EventData) => {
    const news = due.get(id) ?? { messages: new Set<string>(), hasArrived: false };
    if (data.message_id) news.messages.add(data.message_id);
    news.hasArrived ||= kind === "message.created" && data.direction === "inbound";
    if (!due.has(id)) {
      setTimeout(() => {
        due.delete(id);
        catchUp(client, id, news);
      }, GATHER_MS);
    }
    due.set(id, news);
  };
}
