// Messages on their way from this page to the server. They outlive the screen that shows them.

import type { QueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { storeMessage } from "./cache.ts";
import { listsByConversation } from "./lists.ts";
import type { Message } from "./model.ts";

/** A message the server does not have yet, as far as one knows here. */
export interface LocalSend {
  /** The idempotency key: however often it is sent, it is one message. */
  key: string;
  conversationId: string;
  body: Schemas["SendBody"];
  /** What is shown of it meanwhile. */
  text: string;
  file: File | null;
  quoted: Message | null;
  createdAt: string;
  /** Why it did not get there; null while it is on its way. */
  problem: Problem | null;
}

const KEY_BYTES = 16;

const { of, change, useList } = listsByConversation<LocalSend>();
const onTheWay = new Map<string, Promise<void>>();

// Not `randomUUID`, which browsers keep from pages without HTTPS.
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const useSends = useList;

/** Resolves when nothing of this conversation is on its way. */
export async function settled(conversationId: string) {
  await Promise.all(of(conversationId).map(({ key }) => onTheWay.get(key)));
}

export function discardSend({ conversationId, key }: LocalSend) {
  change(conversationId, (list) => list.filter((it) => it.key !== key));
}

/** What somebody wrote before it was translated. */
export type Original = Schemas["OriginalFields"];

export function sendText(
  client: QueryClient,
  conversationId: string,
  text: string,
  quoted: Message | null,
  original?: Original,
) {
  sendBody(client, conversationId, { text, ...(original && { original }) }, { text, quoted });
}

/** Sends anything the API takes. `shown`: what stands in the thread until the server has it. */
export function sendBody(
  client: QueryClient,
  conversationId: string,
  body: Schemas["SendBody"],
  shown: { text?: string; file?: File | null; quoted?: Message | null },
) {
  const send: LocalSend = {
    key: newKey(),
    conversationId,
    body,
    text: shown.text ?? "",
    file: shown.file ?? null,
    quoted: shown.quoted ?? null,
    createdAt: new Date().toISOString(),
    problem: null,
  };
  change(conversationId, (list) => [...list, send]);
  start(client, send);
}

/** Once more, under the same key: what had arrived after all is not sent twice. */
export function sendAgain(client: QueryClient, send: LocalSend) {
  setProblem(send, null);
  start(client, send);
}

function setProblem({ conversationId, key }: LocalSend, problem: Problem | null) {
  change(conversationId, (list) => list.map((it) => (it.key === key ? { ...it, problem } : it)));
}

function start(client: QueryClient, send: LocalSend) {
  // What was sent first is to be first: each waits for those before it.
  const before = [...onTheWay.entries()].filter(([key]) => isOf(send.conversationId, key)).map(([, work]) => work);
  const work = Promise.all(before)
    .then(() => deliver(client, send))
    .finally(() => onTheWay.delete(send.key));
  onTheWay.set(send.key, work);
}

const isOf = (conversationId: string, key: string) => of(conversationId).some((it) => it.key === key);

async function deliver(client: QueryClient, send: LocalSend) {
  try {
    const message = await dataOf(
      api.POST("/api/conversations/{id}/messages", {
        params: { path: { id: send.conversationId }, header: { "Idempotency-Key": send.key } },
        body: { ...send.body, ...(send.quoted && { reply_to: send.quoted.id }) },
      }),
    );
    storeMessage(client, message);
    discardSend(send);
  } catch (problem) {
    setProblem(send, problem instanceof Problem ? problem : new Problem(500));
  }
}
