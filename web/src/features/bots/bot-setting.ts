import { api, dataOf } from "../../api/client.ts";
import { botsQuery } from "../../api/queries.ts";
import { useAtOnce } from "./at-once.ts";
import type { Bot } from "./bots-page.tsx";

/** A setting of a bot that takes effect at once, without saving. */
export function useBotSetting<K extends "enabled" | "abilities">(bot: Bot, key: K) {
  return useAtOnce<Bot[K]>({
    value: bot[key],
    store: (value) => dataOf(api.PATCH("/api/bots/{id}", { params: { path: { id: bot.id } }, body: { [key]: value } })),
    queryKey: botsQuery.queryKey,
    scope: `bot-${bot.id}-${key}`,
  });
}
