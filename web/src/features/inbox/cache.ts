// The inbox's part of the query cache.

import type { QueryClient } from "@tanstack/react-query";
import { conversationQuery, messagesQuery, readConversation, readMessages } from "../../api/queries.ts";
import { emitArrival } from "./arrivals.ts";
import {
  type Conversation,
  type ConversationPages,
  conversationsOf,
  dropUnwanted,
  type ListFilter,
  type Message,
  type MessagePages,
  mergeNewest,
  messagesOf,
  putConversation,
  putMessage,
} from "./model.ts";
import { openConversation } from "./open.ts";
import { settled } from "./sends.ts";

/** What happened in a conversation in one moment. */
export interface News {
  messages: Set<string>;
  hasArrived: boolean;
}

/** Shows a conversation as the server has it, wherever it is shown. */
export function storeConversation(client: QueryClient, fresh: Conversation) {
  client.setQueryData<Conversation>(conversationQuery(fresh.id).queryKey, (known) =>
    known && known.control_version > fresh.control_version ? known : fresh,
  );
  for (const query of client.getQueryCache().findAll({ queryKey: ["conversations"] })) {
    const wanted = query.queryKey[1] as ListFilter;
    client.setQueryData<ConversationPages>(query.queryKey, (pages) =>
      pages ? putConversation(pages, fresh, wanted, openConversation()) : pages,
    );
  }
}

/** A conversation as it is shown somewhere. */
function knownConversation(client: QueryClient, id: string): Conversation | undefined {
  const open = client.getQueryData<Conversation>(conversationQuery(id).queryKey);
  if (open) return open;
  const lists = client.getQueriesData<ConversationPages>({ queryKey: ["conversations"] });
  return lists.flatMap(([, pages]) => (pages ? conversationsOf(pages) : [])).find((it) => it.id === id);
}

/** Another conversation is open now, or none: lists let go of what they do not want. */
export function letGo(client: QueryClient, openId: string | undefined) {
  for (const query of client.getQueryCache().findAll({ queryKey: ["conversations"] })) {
    const wanted = query.queryKey[1] as ListFilter;
    client.setQueryData<ConversationPages>(query.queryKey, (pages) =>
      pages ? dropUnwanted(pages, wanted, openId) : pages,
    );
  }
}

/** A thread as it is read from its end, and around each message that a search has led to. */
const threads = (client: QueryClient, id: string) =>
  client.getQueriesData<MessagePages>({ queryKey: messagesQuery(id).queryKey });

export function storeMessage(client: QueryClient, fresh: Message) {
  for (const [queryKey, pages] of threads(client, fresh.conversation_id))
    if (pages) client.setQueryData<MessagePages>(queryKey, putMessage(pages, fresh));
}

/** Reads what changed. A request that fails is made again by the query that shows it, when it is shown. */
export async function catchUp(client: QueryClient, id: string, news: News) {
  try {
    if (news.messages.size > 0) await catchUpMessages(client, id, news.messages);
    const fresh = await readConversation(id);
    const before = knownConversation(client, id);
    storeConversation(client, fresh);
    if (news.hasArrived) emitArrival(fresh, "message");
    else if (before && !before.needs_person && fresh.needs_person) emitArrival(fresh, "needs_person");
  } catch {
    client.invalidateQueries({ queryKey: conversationQuery(id).queryKey });
    client.invalidateQueries({ queryKey: ["conversations"] });
  }
}

async function catchUpMessages(client: QueryClient, id: string, changed: Set<string>) {
  if (threads(client, id).every(([, known]) => !known)) return;
  // What is being sent comes back with its answer; read earlier, it would be shown twice.
  await settled(id);
  const fresh = await readMessages(id, {});
  const isFresh = new Set(fresh.items.map((it) => it.id));
  const again: Promise<void>[] = [];
  for (const [queryKey, known] of threads(client, id)) {
    if (!known) continue;
    const merged = mergeNewest(known, fresh);
    // A change to a message further back than the newest page: all that is shown is read again.
    const isFurtherBack = messagesOf(known).some((it) => changed.has(it.id) && !isFresh.has(it.id));
    if (!merged || isFurtherBack) again.push(client.invalidateQueries({ queryKey, exact: true }));
    else client.setQueryData<MessagePages>(queryKey, merged);
  }
  await Promise.all(again);
}
