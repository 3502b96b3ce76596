import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { type AuditFilter, auditQuery, teamQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { SelectField, TextField } from "../../components/field.tsx";
import { PagedTable } from "../../components/paged-table.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { actionsOf, dayEnd, dayStart } from "./audit-filter.ts";
import { browserName } from "./browser-name.ts";

/** What was done in the business's name, and by whom. */
export function Audit() {
  const { t } = useI18n();
  const [filter, setFilter] = useState<AuditFilter>({});
  const query = useInfiniteQuery({ ...auditQuery(filter), placeholderData: keepPreviousData });
  const isNarrowed = Object.values(filter).some(Boolean);
  return (
    <section>
      <p className="hint my-3">{t("audit.hint")}</p>
      <Narrowing onChange={(more) => setFilter((before) => ({ ...before, ...more }))} />
      <Exports filter={filter} />
      <PagedTable
        query={query}
        label={t("settings.audit")}
        head={[t("audit.at"), t("audit.actor"), t("audit.action"), t("audit.detail")]}
        empty={t(isNarrowed ? "audit.none_found" : "audit.empty")}
        row={(entry) => <AuditRow key={entry.id} entry={entry} />}
      />
    </section>
  );
}

function Narrowing({ onChange }: { onChange: (more: AuditFilter) => void }) {
  const { t, words, language } = useI18n();
  const { data: team } = useQuery(teamQuery);
  return (
    <div className="filters four">
      <SelectField
        label={t("audit.actor")}
        onChange={({ target }) => onChange({ actor_id: target.value || undefined })}
      >
        <option value="">{t("audit.anybody")}</option>
        {team?.items.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name}
          </option>
        ))}
      </SelectField>
      <SelectField label={t("audit.action")} onChange={({ target }) => onChange({ action: target.value || undefined })}>
        <option value="">{t("audit.anything")}</option>
        {actionsOf(words, language).map(([action, name]) => (
          <option key={action} value={action}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField
        type="date"
        label={t("audit.from")}
        onChange={({ target }) => onChange({ from: dayStart(target.value) })}
      />
      <TextField type="date" label={t("audit.to")} onChange={({ target }) => onChange({ to: dayEnd(target.value) })} />
    </div>
  );
}

/** What is shown, whole, as a file. The browser fetches it by the session's cookie, straight to the disk. */
function Exports({ filter }: { filter: AuditFilter }) {
  const { t } = useI18n();
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const href = (format: string) => `/api/audit/export?${new URLSearchParams([...given, ["format", format]])}`;
  return (
    <p className="exports">
      {t("audit.export")}{" "}
      <a href={href("csv")} download>
        CSV
      </a>{" "}
      <a href={href("jsonl")} download>
        JSON Lines
      </a>
    </p>
  );
}

function AuditRow({ entry }: { entry: Schemas["AuditBody"] }) {
  const { t, isKey, moment } = useI18n();
  const { user } = useSession();
  const action = `action.${entry.action}`;
  const actor = entry.actor_id === user.id ? "author.you" : `actor.${entry.actor}`;
  // Whoever acted in it from the platform is nobody of its people.
  const by = typeof entry.detail["by"] === "string" ? entry.detail["by"] : null;
  const detail = Object.entries(entry.detail).filter(([, value]) => value !== null);
  return (
    <tr>
      <td>
        <Time at={entry.at}>{moment(entry.at)}</Time>
      </td>
      <td>{by ? <bdi>{by}</bdi> : isKey(actor) ? t(actor) : entry.actor}</td>
      <td>{isKey(action) ? t(action) : <code dir="ltr">{entry.action}</code>}</td>
      <td>
        <bdi className="text-soft">{detail.map(([key, value]) => `${key}: ${shown(key, value)}`).join(", ")}</bdi>
      </td>
    </tr>
  );
}

function shown(key: string, value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return key === "user_agent" ? browserName(value) : value;
}
