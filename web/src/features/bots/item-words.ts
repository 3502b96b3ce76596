import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { knowledgeKey } from "../../api/queries.ts";

export type KnowledgeItem = Schemas["KnowledgeBody"];

/** Whether there is more of it than a list shows. */
const isBeginning = (item: KnowledgeItem) => [...bodyOf(item)].length < item.characters;

/** An item with all that it says; null: it is being read. */
export function useWhole(botId: string, item: KnowledgeItem) {
  const isWhole = !isBeginning(item);
  const { data, error, refetch } = useQuery({
    // Each change of the words is another version.
    queryKey: [...knowledgeKey(botId), "whole", item.id, item.version],
    queryFn: ({ signal }) => readItem(botId, item.id, signal),
    enabled: !isWhole,
  });
  return { whole: isWhole ? item : (data ?? null), error, refetch };
}

/** An item by its id, wherever it stands: no list has what is of a site beside what is not. `null` is not read. */
export function useItem(botId: string, id: string | null) {
  const { data, error } = useQuery({
    queryKey: [...knowledgeKey(botId), "item", id],
    queryFn: ({ signal }) => readItem(botId, id ?? "", signal),
    enabled: id !== null,
  });
  // That it could not be read does not say that it is not there.
  const isGone = error instanceof Problem && error.status === 404;
  return { item: isGone ? undefined : data, isGone };
}

const readItem = (botId: string, id: string, signal: AbortSignal) =>
  dataOf(api.GET("/api/bots/{id}/knowledge/{item_id}", { params: { path: { id: botId, item_id: id } }, signal }));

export const headOf = (item: KnowledgeItem) => (item.type === "qa" ? item.question : item.title);
export const bodyOf = (item: KnowledgeItem) =>
  item.type === "qa" ? item.answer : item.type === "site" ? "" : item.text;

/** As a list shows it. */
export const beginningOf = (item: KnowledgeItem) => bodyOf(item) + (isBeginning(item) ? "…" : "");
