import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { deletionsQuery, platformTenantsQuery } from "../../api/queries.ts";
import { SelectField, TextField } from "../../components/field.tsx";
import { PagedTable } from "../../components/paged-table.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { DeletionProgress } from "./deletion.tsx";
import { Numbers, Standing } from "./standing.tsx";

const STATUSES = ["active", "suspended", "deleting"] as const;

/** All businesses of the installation, for whoever runs it. */
export function PlatformPage() {
  const { t } = useI18n();
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState("");
  const query = useInfiniteQuery(platformTenantsQuery({ search: useDeferredValue(search.trim()), status }));
  useEffect(() => {
    document.title = `${t("nav.platform")} · Switchboard`;
  }, [t]);
  return (
    <div className="page broad">
      <h1>{t("platform.title")}</h1>
      <p className="lead">{t("platform.lead")}</p>
      <search className="filters">
        <TextField
          label={t("platform.search")}
          type="search"
          maxLength={100}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <SelectField
          label={t("platform.status")}
          value={status}
          onChange={({ target }) => setStatus(STATUSES.find((it) => it === target.value) ?? "")}
        >
          <option value="">{t("platform.any")}</option>
          {STATUSES.map((it) => (
            <option key={it} value={it}>
              {t(`tenant_status.${it}`)}
            </option>
          ))}
        </SelectField>
      </search>
      <PagedTable
        query={query}
        label={t("platform.title")}
        head={[
          t("field.tenant_name"),
          t("platform.status"),
          t("platform.people"),
          t("platform.numbers"),
          t("platform.conversations"),
          t("platform.messages"),
          t("platform.activity"),
          t("platform.created"),
        ]}
        empty={t(search || status ? "platform.none_found" : "platform.empty")}
        row={(tenant) => <TenantRow key={tenant.id} tenant={tenant} />}
      />
      <Deletions />
    </div>
  );
}

function TenantRow({ tenant }: { tenant: Schemas["TenantOverviewBody"] }) {
  const { t, ago, moment } = useI18n();
  return (
    <tr>
      <td>
        <Link to="/platform/$tenantId" params={{ tenantId: tenant.id }} dir="auto">
          {tenant.name}
        </Link>
      </td>
      <td>
        <Standing status={tenant.status} />
      </td>
      <td>{tenant.people}</td>
      <td>
        <Numbers numbers={tenant.numbers} />
      </td>
      <td>{tenant.conversations}</td>
      <td>{tenant.messages}</td>
      <td>
        {tenant.last_activity_at ? (
          <Time at={tenant.last_activity_at}>{ago(tenant.last_activity_at)}</Time>
        ) : (
          t("never")
        )}
      </td>
      <td>
        <Time at={tenant.created_at}>{moment(tenant.created_at)}</Time>
      </td>
    </tr>
  );
}

/** What was deleted, and what is on its way out. */
function Deletions() {
  const { t, moment } = useI18n();
  const query = useInfiniteQuery(deletionsQuery);
  if (!query.data?.pages[0]?.items.length) return null;
  return (
    <>
      <h2 className="head">{t("deletion.list")}</h2>
      <PagedTable
        query={query}
        label={t("deletion.list")}
        head={[t("field.tenant_name"), t("deletion.by"), t("deletion.at"), t("platform.status")]}
        empty=""
        row={(deletion) => (
          <tr key={deletion.tenant_id}>
            <td dir="auto">{deletion.tenant_name}</td>
            <td dir="auto">{deletion.requested_by}</td>
            <td>
              <Time at={deletion.requested_at}>{moment(deletion.requested_at)}</Time>
            </td>
            <td>
              {deletion.state === "done" ? (
                t("deletion.done_short")
              ) : (
                <DeletionProgress tenantId={deletion.tenant_id} name={deletion.tenant_name} />
              )}
            </td>
          </tr>
        )}
      />
    </>
  );
}
