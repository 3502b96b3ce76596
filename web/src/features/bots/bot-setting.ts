import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { botsQuery } from "../../api/queries.ts";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Bot } from "./bots-page.tsx";

/** A setting that takes effect at once, without saving: as it is, or is about to be, and what changes it. */
export function useBotSetting<K extends "enabled" | "abilities">(bot: Bot, key: K) {
  const i18n = useI18n();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (value: Bot[K]) =>
      dataOf(api.PATCH("/api/bots/{id}", { params: { path: { id: bot.id } }, body: { [key]: value } })),
    onError: (problem) => toast(sentence(problem, i18n)),
    onSettled: () => client.invalidateQueries({ queryKey: botsQuery.queryKey }),
  });
  const value: Bot[K] = change.isPending ? change.variables : bot[key];
  return [value, change.mutate] as const;
}
