import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { leftoversQuery } from "../../api/queries.ts";
import { PagedTable } from "../../components/paged-table.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";

// How long it takes, most likely, until what is replayed has been dispatched.
const DISPATCH_MS = 1500;

/** What Meta posted and nobody understood: kept, and tried again when one asks. */
export function Leftovers() {
  const { t } = useI18n();
  const query = useInfiniteQuery(leftoversQuery);
  return (
    <section>
      <p className="hint my-3 max-w-[70ch]">{t("leftovers.hint")}</p>
      <PagedTable
        query={query}
        label={t("settings.leftovers")}
        head={[t("leftovers.received"), t("leftovers.why"), t("leftovers.body"), t("leftovers.replayed")]}
        empty={t("leftovers.empty")}
        row={(leftover) => <LeftoverRow key={leftover.id} leftover={leftover} />}
      />
    </section>
  );
}

function LeftoverRow({ leftover }: { leftover: Schemas["LeftoverBody"] }) {
  const i18n = useI18n();
  const { t, isKey, moment } = i18n;
  const client = useQueryClient();
  const reason = `leftover.${leftover.reason}`;
  const reread = () => client.invalidateQueries({ queryKey: leftoversQuery.queryKey });
  async function replay() {
    try {
      const params = { path: { id: leftover.id } };
      await dataOf(api.POST("/api/webhooks/leftovers/{id}/replay", { params }));
      toast(t("leftovers.replaying"));
      await reread();
      setTimeout(reread, DISPATCH_MS);
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
  }
  return (
    <tr>
      <td>
        <Time at={leftover.received_at}>{moment(leftover.received_at)}</Time>
      </td>
      <td>
        <strong>{isKey(reason) ? t(reason) : leftover.reason}</strong>
        <p dir="auto" className="text-soft">
          {leftover.detail}
        </p>
      </td>
      <td>
        <details>
          <summary>{t("leftovers.show")}</summary>
          <pre dir="ltr">{JSON.stringify(leftover.body, null, 2)}</pre>
        </details>
      </td>
      <td>
        {leftover.replayed_at && <Time at={leftover.replayed_at}>{moment(leftover.replayed_at)}</Time>}
        <button type="button" onClick={replay}>
          {t("leftovers.replay")}
        </button>
      </td>
    </tr>
  );
}
