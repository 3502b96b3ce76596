import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
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
    queryFn: ({ signal }) => {
      const params = { path: { id: botId, item_id: item.id } };
      return dataOf(api.GET("/api/bots/{id}/knowledge/{item_id}", { params, signal }));
    },
    enabled: !isWhole,
  });
  return { whole: isWhole ? item : (data ?? null), error, refetch };
}

export const headOf = (item: KnowledgeItem) => (item.type === "qa" ? item.question : item.title);
export const bodyOf = (item: KnowledgeItem) =>
  item.type === "qa" ? item.answer : item.type === "site" ? "" : item.text;

/** As a list shows it. */
export const beginningOf = (item: KnowledgeItem) => bodyOf(item) + (isBeginning(item) ? "…" : "");
