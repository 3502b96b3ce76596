// Works what the event stream tells into the caches, so that every screen shows it.

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type EventData, type EventKind, follow } from "../../api/live.ts";
import { numbersQuery, onboardingQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { catchUp, type News } from "../inbox/cache.ts";

// Events of one moment cause one request.
const GATHER_MS = 40;
// The stream goes by the cookie, which is of one's own business: a visited one is read again so often instead.
const VISIT_EVERY_MS = 15_000;

export function useLiveUpdates() {
  const client = useQueryClient();
  const isVisit = useSession().visit !== undefined;
  useEffect(() => {
    if (isVisit) {
      const timer = setInterval(() => client.invalidateQueries(), VISIT_EVERY_MS);
      return () => clearInterval(timer);
    }
    const gathered = gather(client);
    return follow((kind, data) => {
      if (kind === "reset") client.invalidateQueries();
      else if (kind === "onboarding.updated" || kind === "number.updated") reread(client);
      else if (kind === "templates.updated") client.invalidateQueries({ queryKey: ["templates"] });
      else if (data.conversation_id) gathered(data.conversation_id, kind, data);
    });
  }, [client, isVisit]);
}

function reread(client: QueryClient) {
  client.invalidateQueries({ queryKey: onboardingQuery.queryKey });
  client.invalidateQueries({ queryKey: numbersQuery.queryKey });
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
