import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { botsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Bot } from "./bots-page.tsx";
import { Toggle } from "./toggle.tsx";

const ABILITIES = ["set_label", "set_contact_field", "ask_phone"] as const;

/** What every bot can be allowed to do. Takes effect at once, without saving. */
export function Abilities({ bot }: { bot: Bot }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const id = useId();
  const change = useMutation({
    mutationFn: (abilities: string[]) =>
      dataOf(api.PATCH("/api/bots/{id}", { params: { path: { id: bot.id } }, body: { abilities } })),
    onError: (problem) => toast(sentence(problem, i18n)),
    onSettled: () => client.invalidateQueries({ queryKey: botsQuery.queryKey }),
  });
  const allowed = change.isPending ? change.variables : bot.abilities;
  return (
    <section aria-labelledby={`${id}-title`}>
      <div className="head">
        <h2 id={`${id}-title`}>{t("tool.abilities")}</h2>
      </div>
      <ul className="tool-list">
        {ABILITIES.map((ability) => (
          <li key={ability}>
            <div className="words">
              <Toggle
                describedBy={`${id}-${ability}`}
                isOn={allowed.includes(ability)}
                disabled={!mayManage}
                onOn={(isOn) => {
                  const others = allowed.filter((it) => it !== ability);
                  change.mutate(isOn ? [...others, ability] : others);
                }}
              >
                {t(`ability.${ability}`)}
              </Toggle>
              <p className="hint" id={`${id}-${ability}`}>
                {t(`ability.${ability}_hint`)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
