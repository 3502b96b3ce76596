import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { numbersQuery, templatesQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { shownOf } from "../inbox/templates.ts";

/** The templates of each number, and where Meta's review of them stands. */
export function Templates() {
  const { t } = useI18n();
  const numbers = useQuery(numbersQuery);
  const usable = numbers.data?.items.filter((it) => it.status !== "disconnected") ?? [];
  const [chosen, setChosen] = useState<string>();
  const number = usable.find((it) => it.id === chosen) ?? usable[0];
  return (
    <section>
      <h2>{t("settings.templates")}</h2>
      <p className="soft">{t("templates.hint")}</p>
      {numbers.isError && <Failure problem={numbers.error} retry={() => numbers.refetch()} />}
      {numbers.data && !number && <p>{t("templates.no_number")}</p>}
      {usable.length > 1 && number && (
        <label className="field">
          <span>{t("list.number")}</span>
          <select value={number.id} onChange={({ target }) => setChosen(target.value)}>
            {usable.map((it) => (
              <option key={it.id} value={it.id}>
                {it.display_phone_number}
              </option>
            ))}
          </select>
        </label>
      )}
      {number && <OfNumber id={number.id} />}
    </section>
  );
}

function OfNumber({ id }: { id: string }) {
  const i18n = useI18n();
  const { t, moment } = i18n;
  const { mayReply } = usePermissions();
  const client = useQueryClient();
  const query = useQuery(templatesQuery(id));
  const sync = useMutation({
    mutationFn: () => dataOf(api.POST("/api/numbers/{id}/templates/sync", { params: { path: { id } } })),
    onSuccess: (fresh) => client.setQueryData(templatesQuery(id).queryKey, fresh),
    onError: (problem) => toast(sentence(problem, i18n)),
  });
  if (query.isError) return <Failure problem={query.error} retry={() => query.refetch()} />;
  if (!query.data) return null;
  const { items, read_at: readAt } = query.data;
  return (
    <>
      <div className="buttons start">
        {mayReply && (
          <button type="button" onClick={() => sync.mutate()} disabled={sync.isPending}>
            {t("templates.sync")}
          </button>
        )}
        {readAt && (
          <span className="soft">
            {t("templates.read_at")} <Time at={readAt}>{moment(readAt)}</Time>
          </span>
        )}
      </div>
      {items.length === 0 && <p>{t("templates.none")}</p>}
      <ul className="templates">
        {items.map((template) => (
          <Row key={template.id} template={template} />
        ))}
      </ul>
    </>
  );
}

function Row({ template }: { template: Schemas["TemplateBody"] }) {
  const { t, isKey } = useI18n();
  const status = `template.status.${template.status}`;
  const category = `template.category.${template.category}`;
  const reason = `template.reason.${template.reason}`;
  return (
    <li>
      <h3>
        <span dir="ltr">{template.name}</span> <span className="soft">{template.language}</span>
      </h3>
      <p>
        <span className={template.is_sendable ? "chip good" : "chip"}>
          {isKey(status) ? t(status) : template.status}
        </span>{" "}
        {template.category && <span className="soft">{isKey(category) ? t(category) : template.category}</span>}
      </p>
      {template.reason && (
        <p className="why">{t("template.why", { reason: isKey(reason) ? t(reason) : template.reason })}</p>
      )}
      <p className="text" dir="auto">
        {shownOf(template, {}).body}
      </p>
    </li>
  );
}
