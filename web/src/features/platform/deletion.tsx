import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client.ts";
import { deletionQuery } from "../../api/queries.ts";
import { Failure } from "../../components/failure.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { share } from "./usage.ts";

/** How far the deletion of a business is, live. */
export function DeletionProgress({ tenantId, name }: { tenantId: string; name: string }) {
  const { data, error, refetch } = useQuery(deletionQuery(tenantId));
  if (error) return <Failure problem={error} retry={refetch} />;
  return data ? <Progress deletion={data} name={name} /> : null;
}

function Progress({ deletion, name }: { deletion: Schemas["DeletionBody"]; name: string }) {
  const { t } = useI18n();
  const { rows_deleted: rows, rows_total: total } = deletion;
  const isDone = deletion.state === "done";
  const percent = isDone ? 100 : share(rows, total ?? null);
  return (
    <div className="progress">
      <progress aria-label={t("deletion.of", { name })} max={100} {...(percent !== null && { value: percent })} />
      <p role="status">
        {isDone ? t("deletion.done", { name, rows }) : t("deletion.running", { percent: percent ?? 0, rows })}
      </p>
    </div>
  );
}
