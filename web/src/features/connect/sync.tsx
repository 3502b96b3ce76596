import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { syncQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { type SyncItem, syncPercent } from "./sync-progress.ts";

/** How far contacts and history of the phone app have come. */
export function Sync({ number }: { number: Schemas["NumberBody"] }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const { data } = useQuery(syncQuery(number.id));
  const ask = useAskAgain(number.id);
  if (!data || data.items.length === 0) return null;
  return (
    <section className="mt-2">
      <p className="text-sm">{t("sync.title")}</p>
      {data.items.map((item) => (
        <SyncLine key={item.kind} item={item} />
      ))}
      {mayManage && data.items.some((item) => item.state === "failed") && (
        <button type="button" onClick={ask}>
          {t("sync.again")}
        </button>
      )}
    </section>
  );
}

function SyncLine({ item }: { item: SyncItem }) {
  const { t, isKey, said } = useI18n();
  const [kind, state] = [`sync.${item.kind}`, `sync_state.${item.state}`];
  const name = isKey(kind) ? t(kind) : item.kind;
  const percent = syncPercent(item);
  return (
    <div>
      <p className="hint">
        {name}: {isKey(state) ? t(state) : item.state}{" "}
        {percent !== null && <progress aria-label={name} max={100} value={percent} />}
      </p>
      {item.error && (
        <p className="error" dir="auto">
          {said(item.error)}
        </p>
      )}
    </div>
  );
}

function useAskAgain(id: string) {
  const i18n = useI18n();
  const client = useQueryClient();
  return async () => {
    try {
      const fresh = await dataOf(api.POST("/api/numbers/{id}/sync", { params: { path: { id } } }));
      client.setQueryData(syncQuery(id).queryKey, fresh);
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
  };
}
