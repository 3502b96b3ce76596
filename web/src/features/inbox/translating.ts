// Having things translated, a few at a time: a thread that is opened asks for a screen of messages at once.

import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { tenantQuery } from "../../api/queries.ts";
import type { Message } from "./model.ts";

const AT_ONCE = 3;

let running = 0;
const waiting: (() => void)[] = [];

/** Runs a task once there is room for it; what came last comes first, since it is what one looks at. */
export async function inTurn<T>(task: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
  running += 1;
  try {
    return await task();
  } finally {
    running -= 1;
    waiting.pop()?.();
  }
}

/** What a message says in a language; null: it says it in that language already. */
export const translationQuery = (message: Message, language: string) => {
  const known = message.translations.find((it) => it.language === language);
  return queryOptions({
    queryKey: ["translation", message.id, language, message.edited_at],
    queryFn: async () => {
      const path = { id: message.conversation_id, message_id: message.id };
      const call = () =>
        dataOf(
          api.POST("/api/conversations/{id}/messages/{message_id}/translation", {
            params: { path },
            body: { language },
          }),
        );
      return (await inTurn(call)).translation ?? null;
    },
    ...(known && { initialData: known }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
};

/** Whether there is something that translates. */
export const useCanTranslate = () => useQuery({ ...tenantQuery, select: (it) => it.can_translate }).data ?? false;
