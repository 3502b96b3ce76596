import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { sessionsQuery } from "../../api/queries.ts";
import { PagedTable } from "../../components/paged-table.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { browserName } from "./browser-name.ts";

type SessionItem = Schemas["Page_SessionBody"]["items"][number];

/** Where one is signed in, and how to end that. */
export function Sessions() {
  const { t } = useI18n();
  const query = useInfiniteQuery(sessionsQuery);
  const end = useEnd();
  const hasOthers = query.data?.pages.some((page) => page.items.some((session) => !session.current));
  const endOthers = () => end(() => dataOf(api.DELETE("/api/auth/sessions")));
  return (
    <section>
      <div className="head">
        <div>
          <h2>{t("sessions.title")}</h2>
          <p className="hint">{t("sessions.hint")}</p>
        </div>
        {hasOthers && (
          <button type="button" onClick={endOthers}>
            {t("sessions.end_others")}
          </button>
        )}
      </div>
      <PagedTable
        query={query}
        label={t("sessions.title")}
        head={[
          t("sessions.browser"),
          t("field.tenant_name"),
          t("sessions.address"),
          t("sessions.used"),
          t("keys_page.state"),
        ]}
        empty={t("sessions.unknown")}
        row={(session) => <SessionRow key={session.id} session={session} />}
      />
    </section>
  );
}

function SessionRow({ session }: { session: SessionItem }) {
  const { t, ago } = useI18n();
  const end = useEnd();
  const params = { path: { id: session.id } };
  const agent = session.user_agent;
  const browser = agent ? browserName(agent) : t("sessions.unknown");
  return (
    <tr>
      <td dir="auto" title={agent ?? undefined}>
        {browser}
      </td>
      <td dir="auto">{session.tenant_name}</td>
      <td>
        <bdi dir="ltr">{session.address ?? t("sessions.unknown")}</bdi>
      </td>
      <td>
        <Time at={session.last_used_at}>{ago(session.last_used_at)}</Time>
      </td>
      <td>
        {session.current ? (
          t("sessions.this")
        ) : (
          <button type="button" onClick={() => end(() => dataOf(api.DELETE("/api/auth/sessions/{id}", { params })))}>
            {t("sessions.end")}
            <span className="sr-only">: {browser}</span>
          </button>
        )}
      </td>
    </tr>
  );
}

function useEnd() {
  const i18n = useI18n();
  const client = useQueryClient();
  return async (action: () => Promise<unknown>) => {
    try {
      await action();
      toast(i18n.t("sessions.ended"));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  };
}
