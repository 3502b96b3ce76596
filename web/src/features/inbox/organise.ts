// What one does with conversations besides talking: shown at once, told to the server, and undone the same way.

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { countsQuery } from "../../api/queries.ts";
import { announce, toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { storeConversation } from "./cache.ts";
import type { Conversation } from "./model.ts";

export type Change = Omit<Schemas["OneOfMany"], "id">;
type OneOfMany = Schemas["OneOfMany"];

/** The conversation as it will be. */
export function changed(it: Conversation, change: Change): Conversation {
  const { assignee_id: assignee, add_labels: added = [], remove_labels: removed = [], state, snoozed_until } = change;
  const kept = it.label_ids.filter((label) => !removed.includes(label));
  return {
    ...it,
    ...(assignee !== undefined && { assignee_id: assignee }),
    label_ids: [...kept, ...added.filter((label) => !kept.includes(label))],
    ...(state && { state, snoozed_until: state === "snoozed" ? (snoozed_until ?? null) : null }),
  };
}

/** The change that leads back to how `it` was. */
export function undoing(it: Conversation, change: Change, now = Date.now()): OneOfMany {
  const { assignee_id: assignee, add_labels: added = [], remove_labels: removed = [], state } = change;
  // A snooze whose time has come meanwhile is over.
  const isOver = it.state === "snoozed" && !(it.snoozed_until && Date.parse(it.snoozed_until) > now);
  return {
    id: it.id,
    ...(assignee !== undefined && { assignee_id: it.assignee_id ?? null }),
    remove_labels: added.filter((label) => !it.label_ids.includes(label)),
    add_labels: removed.filter((label) => it.label_ids.includes(label)),
    ...(state && (isOver ? { state: "open" } : { state: it.state, snoozed_until: it.snoozed_until ?? null })),
  };
}

async function tell(client: QueryClient, changes: OneOfMany[]) {
  const { items } = await dataOf(api.PATCH("/api/conversations", { body: { changes } }));
  for (const fresh of items) storeConversation(client, fresh);
  client.invalidateQueries({ queryKey: countsQuery.queryKey });
}

/** Changes conversations, all of them or none; `words` say what was done, beside a button that undoes it. */
export function useOrganise() {
  const i18n = useI18n();
  const client = useQueryClient();
  return async function organise(conversations: Conversation[], change: Change, words: string) {
    if (conversations.length === 0) return;
    for (const it of conversations) storeConversation(client, changed(it, change));
    try {
      await tell(
        client,
        conversations.map(({ id }) => ({ id, ...change })),
      );
    } catch (problem) {
      for (const it of conversations) storeConversation(client, it);
      toast(sentence(problem, i18n));
      return;
    }
    announce(words);
    const undo = async () => {
      try {
        await tell(
          client,
          conversations.map((it) => undoing(it, change)),
        );
      } catch (problem) {
        toast(sentence(problem, i18n));
      }
    };
    toast(words, { label: i18n.t("undo"), act: undo });
  };
}
