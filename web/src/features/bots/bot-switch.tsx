import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { botsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Icon } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Bot } from "./bots-page.tsx";

/** Whether the bot answers. Takes effect at once, without saving. */
export function BotSwitch({ bot }: { bot: Bot }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const change = useMutation({
    mutationFn: (enabled: boolean) =>
      dataOf(api.PATCH("/api/bots/{id}", { params: { path: { id: bot.id } }, body: { enabled } })),
    onError: (problem) => toast(sentence(problem, i18n)),
    onSettled: () => client.invalidateQueries({ queryKey: botsQuery.queryKey }),
  });
  const isOn = change.isPending ? change.variables : bot.enabled;
  return (
    <label className="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={isOn}
        checked={isOn}
        disabled={!mayManage}
        onChange={({ target }) => change.mutate(target.checked)}
      />
      <Icon name="ai" />
      <span>{t("bot.answers")}</span>
      <span className="state">{t(isOn ? "bot.on" : "bot.off")}</span>
    </label>
  );
}
