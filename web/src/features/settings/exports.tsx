import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { exportsQuery, isBeingMade } from "../../api/queries.ts";
import { useAttempt } from "../../components/attempt.ts";
import { Failure } from "../../components/failure.tsx";
import { WrongLine } from "../../components/form.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { share } from "../platform/usage.ts";

const MEGABYTE = 1024 * 1024;

/** All that the business has, to take away. */
export function Exports() {
  const { t } = useI18n();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(exportsQuery);
  const { problem, isBusy, attempt } = useAttempt();
  async function ask() {
    await attempt(() => dataOf(api.POST("/api/tenant/export")));
    await client.invalidateQueries({ queryKey: exportsQuery.queryKey });
  }
  if (error) return <Failure problem={error} retry={refetch} />;
  const exports = data?.items ?? [];
  return (
    <section aria-labelledby="export">
      <div className="head">
        <h2 id="export">{t("export.title")}</h2>
        <button type="button" disabled={isBusy || exports.some(isBeingMade)} onClick={ask}>
          {t("export.ask")}
        </button>
      </div>
      <p className="hint">{t("export.hint")}</p>
      <WrongLine problem={problem} />
      {exports.length === 0 ? (
        <p className="empty">{t("export.empty")}</p>
      ) : (
        <ul className="exports">
          {exports.map((it) => (
            <Export key={it.id} export={it} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Export({ export: it }: { export: Schemas["ExportBody"] }) {
  const { t, moment } = useI18n();
  const at = <Time at={it.requested_at}>{moment(it.requested_at)}</Time>;
  if (isBeingMade(it)) {
    const percent = share(it.rows_done, it.rows_total ?? null);
    return (
      <li className="progress">
        {at}
        <progress aria-label={t("export.title")} max={100} {...(percent !== null && { value: percent })} />
        <p role="status">{t("export.running", { percent: percent ?? 0 })}</p>
      </li>
    );
  }
  if (it.state === "failed") {
    return (
      <li>
        {at} <span className="wrong">{t("export.failed")}</span>
      </li>
    );
  }
  const size = Math.max(0.1, Math.round((it.bytes / MEGABYTE) * 10) / 10);
  return (
    <li>
      {at} {/* The browser fetches it by the session's cookie, straight to the disk. */}
      <a href={`/api/tenant/export/${it.id}/download`} download>
        {t("export.download", { size })}
      </a>
      {it.expires_at && <p className="hint">{t("export.until", { at: moment(it.expires_at) })}</p>}
    </li>
  );
}
