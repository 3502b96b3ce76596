import { useInfiniteQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client.ts";
import { auditQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { PagedTable } from "../../components/paged-table.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";

/** What was done in the business's name, and by whom. */
export function Audit() {
  const { t } = useI18n();
  const query = useInfiniteQuery(auditQuery);
  return (
    <section>
      <p className="hint my-3">{t("audit.hint")}</p>
      <PagedTable
        query={query}
        label={t("settings.audit")}
        head={[t("audit.at"), t("audit.actor"), t("audit.action"), t("audit.detail")]}
        empty={t("audit.empty")}
        row={(entry) => <AuditRow key={entry.id} entry={entry} />}
      />
    </section>
  );
}

function AuditRow({ entry }: { entry: Schemas["AuditBody"] }) {
  const { t, isKey, moment } = useI18n();
  const { user } = useSession();
  const action = `action.${entry.action}`;
  const actor = entry.actor_id === user.id ? "author.you" : `actor.${entry.actor}`;
  // Whoever acted in it from the platform is nobody of its people.
  const by = typeof entry.detail["by"] === "string" ? entry.detail["by"] : null;
  const detail = Object.entries(entry.detail).map(([key, value]) => `${key}: ${shown(value)}`);
  return (
    <tr>
      <td>
        <Time at={entry.at}>{moment(entry.at)}</Time>
      </td>
      <td>{by ? <bdi>{by}</bdi> : isKey(actor) ? t(actor) : entry.actor}</td>
      <td>{isKey(action) ? t(action) : <code dir="ltr">{entry.action}</code>}</td>
      <td>
        <bdi className="text-soft">{detail.join(", ")}</bdi>
      </td>
    </tr>
  );
}

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
