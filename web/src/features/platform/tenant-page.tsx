import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { deletionQuery, platformTenantQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { DataTable } from "../../components/data-table.tsx";
import { Failure } from "../../components/failure.tsx";
import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { DeletionProgress } from "./deletion.tsx";
import { DeleteTenant, Resume, Suspend, Visit } from "./dialogs.tsx";
import { Numbers, Standing } from "./standing.tsx";
import { UsageChart } from "./usage-chart.tsx";

type Detail = Schemas["TenantDetailBody"];

/** One business, for whoever runs the installation; when it has been deleted, that. */
export function TenantPage() {
  const { t } = useI18n();
  const { tenantId } = useParams({ from: "/app/platform/$tenantId" });
  const { data, error, refetch } = useQuery(platformTenantQuery(tenantId));
  const isGone = error instanceof Problem && error.status === 404;
  useEffect(() => {
    document.title = `${data?.name ?? t("nav.platform")} · Switchboard`;
  }, [t, data?.name]);
  return (
    <div className="page broad">
      <Link to="/platform" className="back">
        <Icon name="back" />
        {t("platform.title")}
      </Link>
      {isGone ? <Gone tenantId={tenantId} /> : error && <Failure problem={error} retry={refetch} />}
      {data && !error && <TenantDetail tenant={data} />}
    </div>
  );
}

/** What is remembered of a business that is not there any more. */
function Gone({ tenantId }: { tenantId: string }) {
  const { data, error } = useQuery(deletionQuery(tenantId));
  const { t } = useI18n();
  return (
    <>
      <h1 dir="auto">{data?.tenant_name ?? t("not_found.title")}</h1>
      {error && <Failure problem={error} />}
      {data && <DeletionProgress tenantId={tenantId} name={data.tenant_name} />}
    </>
  );
}

function TenantDetail({ tenant }: { tenant: Detail }) {
  const { t } = useI18n();
  return (
    <>
      <h1 dir="auto">{tenant.name}</h1>
      <Standing status={tenant.status} />
      {tenant.suspended_reason && (
        <p className="hint" dir="auto">
          {tenant.suspended_reason}
        </p>
      )}
      {tenant.status === "deleting" ? (
        <DeletionProgress tenantId={tenant.id} name={tenant.name} />
      ) : (
        <Actions tenant={tenant} />
      )}
      <Facts tenant={tenant} />
      <h2 className="head">{t("usage.title")}</h2>
      <UsageChart days={tenant.usage} />
      <Connections numbers={tenant.connections} />
      <Team team={tenant.team} />
      <History entries={tenant.audit} />
    </>
  );
}

type Asked = "visit" | "suspend" | "resume" | "delete";

function Actions({ tenant }: { tenant: Detail }) {
  const { t } = useI18n();
  const [asked, setAsked] = useState<Asked | null>(null);
  const own = useSession().tenant.id === tenant.id;
  const onClose = () => setAsked(null);
  if (own) return <p className="hint">{t("platform.own")}</p>;
  return (
    <div className="buttons start">
      <button type="button" onClick={() => setAsked("visit")}>
        {t("visit.begin")}
      </button>
      {tenant.status === "suspended" ? (
        <button type="button" onClick={() => setAsked("resume")}>
          {t("resume.verb")}
        </button>
      ) : (
        <button type="button" onClick={() => setAsked("suspend")}>
          {t("suspend.verb")}
        </button>
      )}
      <button type="button" className="bad" onClick={() => setAsked("delete")}>
        {t("tenant_delete.verb")}
      </button>
      {asked === "visit" && <Visit tenant={tenant} onClose={onClose} />}
      {asked === "suspend" && <Suspend tenant={tenant} onClose={onClose} />}
      {asked === "resume" && <Resume tenant={tenant} onClose={onClose} />}
      {asked === "delete" && <DeleteTenant tenant={tenant} onClose={onClose} />}
    </div>
  );
}

function Facts({ tenant }: { tenant: Detail }) {
  const { t, moment, ago } = useI18n();
  const facts: [string, ReactNode][] = [
    [t("platform.people"), tenant.people],
    [t("platform.numbers"), <Numbers key="numbers" numbers={tenant.numbers} />],
    [t("platform.conversations"), tenant.conversations],
    [t("platform.messages"), tenant.messages],
    [
      t("platform.activity"),
      tenant.last_activity_at ? (
        <Time key="activity" at={tenant.last_activity_at}>
          {ago(tenant.last_activity_at)}
        </Time>
      ) : (
        t("never")
      ),
    ],
    [
      t("platform.created"),
      <Time key="created" at={tenant.created_at}>
        {moment(tenant.created_at)}
      </Time>,
    ],
  ];
  return (
    <dl className="facts mt-4">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface TableProps {
  title: string;
  head: string[];
  empty: string;
  rows: ReactNode[];
}

function Table({ title, head, empty, rows }: TableProps) {
  return (
    <>
      <h2 className="head">{title}</h2>
      {rows.length === 0 ? <p className="empty">{empty}</p> : <DataTable label={title} head={head} rows={rows} />}
    </>
  );
}

function Connections({ numbers }: { numbers: Detail["connections"] }) {
  const { t, isKey, ago, said } = useI18n();
  const rows = numbers.map((number) => {
    const words = `number.${number.status}`;
    return (
      <tr key={number.id}>
        <td>
          <bdi dir="ltr">{number.display_phone_number}</bdi>
        </td>
        <td>{isKey(words) ? t(words) : number.status}</td>
        <td dir="auto">{said(number.problem ?? number.warning ?? "–")}</td>
        <td>{number.last_webhook_at ? <Time at={number.last_webhook_at}>{ago(number.last_webhook_at)}</Time> : "–"}</td>
      </tr>
    );
  });
  const head = [t("contact.phone"), t("platform.status"), t("platform.problem"), t("number.heard")];
  return <Table title={t("platform.numbers")} head={head} empty={t("numbers.none")} rows={rows} />;
}

function Team({ team }: { team: Detail["team"] }) {
  const { t, isKey, ago } = useI18n();
  const rows = team.map((person) => {
    const role = `role.${person.role}`;
    return (
      <tr key={person.id}>
        <td dir="auto">{person.name}</td>
        <td>
          <bdi dir="ltr">{person.email}</bdi>
        </td>
        <td>{isKey(role) ? t(role) : person.role}</td>
        <td>{person.last_seen_at ? <Time at={person.last_seen_at}>{ago(person.last_seen_at)}</Time> : "–"}</td>
      </tr>
    );
  });
  const head = [t("people.name"), t("field.email"), t("field.role"), t("people.seen")];
  return <Table title={t("platform.people")} head={head} empty={t("people.empty")} rows={rows} />;
}

function History({ entries }: { entries: Detail["audit"] }) {
  const { t, isKey, moment } = useI18n();
  const rows = entries.map((entry) => {
    const action = `action.${entry.action}`;
    const { reason } = entry.detail as { reason?: string };
    return (
      <tr key={entry.id}>
        <td>
          <Time at={entry.at}>{moment(entry.at)}</Time>
        </td>
        <td dir="auto">{entry.person_name}</td>
        <td>{isKey(action) ? t(action) : <code dir="ltr">{entry.action}</code>}</td>
        <td dir="auto">{reason ?? "–"}</td>
      </tr>
    );
  });
  const head = [t("audit.at"), t("audit.actor"), t("audit.action"), t("platform.reason")];
  return <Table title={t("platform.history")} head={head} empty={t("platform.history_empty")} rows={rows} />;
}
