// Who of the team types where, so that no two answer at once.

import { api, dataOf, type Schemas } from "../../api/client.ts";
import type { EventData } from "../../api/live.ts";
import { currentSession, useSession } from "../../api/session.ts";
import { listsByConversation } from "./lists.ts";

export type Writing = Schemas["WritingBody"];

export interface Typist {
  personId: string;
  writing: Writing;
}

/** Shorter than what colleagues believe, so that there is no gap while one goes on. */
const TELL_EVERY_MS = 4000;
/** As the API says. By this device's clock, which need not be the server's. */
const BELIEVED_MS = 8000;
/** What ended longer ago than clocks differ is told late, after an interruption. */
const OLD_MS = 60_000;

const { of: typistsIn, change, useList } = listsByConversation<Typist>();
const told = new Map<string, number>();

export { typistsIn };

/** Takes the news that somebody types. */
export function hearTyping({ conversation_id: id, person_id: personId, writing, until }: EventData) {
  if (!(id && personId && writing && until) || Date.parse(until) + OLD_MS < Date.now()) return;
  const typist = { personId, writing };
  change(id, (list) => [...list.filter((it) => it.personId !== personId), typist]);
  setTimeout(() => change(id, (list) => list.filter((it) => it !== typist)), BELIEVED_MS);
}

/** What was being written is there. Of a message one is not told whose it is. */
export function hearWritten(conversationId: string, writing: Writing) {
  if (typistsIn(conversationId).length > 0)
    change(conversationId, (list) => list.filter((it) => it.writing !== writing));
}

/** The colleagues who type in a conversation. */
export function useTypists(conversationId: string): Typist[] {
  const { user } = useSession();
  const list = useList(conversationId);
  return list.filter(({ personId }) => personId !== user.id);
}

/** Tells colleagues that one types: to be called at every keystroke. A visitor of the platform is no colleague. */
export function tellTyping(conversationId: string, writing: Writing) {
  const key = `${writing} ${conversationId}`;
  if (currentSession()?.visit || Date.now() - (told.get(key) ?? 0) < TELL_EVERY_MS) return;
  told.set(key, Date.now());
  const call = api.POST("/api/conversations/{id}/typing", {
    params: { path: { id: conversationId } },
    body: { writing },
  });
  // That it failed changes nothing for who writes; a later keystroke tries again.
  dataOf(call).catch(() => null);
}
