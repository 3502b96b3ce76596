import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { botsQuery, modelsQuery, modelUsageQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Acts } from "../../components/acts.tsx";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { DataTable } from "../../components/data-table.tsx";
import { Failure } from "../../components/failure.tsx";
import { TextField } from "../../components/field.tsx";
import { SaveRow, WrongLine } from "../../components/form.tsx";
import { amount, count, written } from "../../components/optional-number.ts";
import { Removal } from "../../components/removal.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ModelServerForm } from "./model-server-form.tsx";
import { type ModelServer, PLACES, type Place, PURPOSES } from "./model-values.ts";
import { costOf } from "./usage-total.ts";

const DAYS = 30;

/** Which models the business has asked, what they may use, and what they have used. */
export function Models() {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const { data, error, refetch } = useQuery(modelsQuery);
  const [edited, setEdited] = useState<Place | null>(null);
  const [doomed, setDoomed] = useState<Place | null>(null);
  if (error) return <Failure problem={error} retry={refetch} />;
  if (!data) return null;
  return (
    <>
      <p className="lead">{t("models.lead")}</p>
      <Installation names={data.installation} />
      <ul className="own-list mt-4">
        {PLACES.map((place) => (
          <li key={place}>
            <ServerFacts place={place} server={data[place] ?? null} />
            {mayManage && data[place] && (
              <Acts name={t(`models.${place}`)} onEdit={() => setEdited(place)} onDelete={() => setDoomed(place)} />
            )}
            {mayManage && !data[place] && (
              <button type="button" onClick={() => setEdited(place)}>
                {t("models.set_up", { name: t(`models.${place}`) })}
              </button>
            )}
          </li>
        ))}
      </ul>
      <Budget budget={data.budget} />
      <ModelUsage />
      {edited && <ModelServerForm place={edited} server={data[edited] ?? null} onClose={() => setEdited(null)} />}
      <Removal
        item={doomed}
        title={t("models.remove_title")}
        text={t("models.remove_text")}
        verb={t("models.remove")}
        remove={(place) => dataOf(api.DELETE("/api/models/{place}", { params: { path: { place } } }))}
        queryKey={modelsQuery.queryKey}
        onClose={() => setDoomed(null)}
      />
    </>
  );
}

/** What is asked where the business has nothing of its own. */
function Installation({ names }: { names: Schemas["ModelNames"] }) {
  const { t } = useI18n();
  const known = PURPOSES.filter((purpose) => names[purpose]);
  if (known.length === 0) return <p className="hint max-w-[60ch]">{t("models.none_here")}</p>;
  return (
    <p className="hint max-w-[60ch]">
      {t("models.here", { names: known.map((purpose) => `${t(`purpose.${purpose}`)}: ${names[purpose]}`).join(" · ") })}
    </p>
  );
}

function ServerFacts({ place, server }: { place: Place; server: ModelServer | null }) {
  const { t, moment } = useI18n();
  const names = server ? PURPOSES.filter((purpose) => server.models[purpose]) : [];
  return (
    <div className="canned">
      <strong>{t(`models.${place}`)}</strong>
      {server ? (
        <>
          <p className="hint">
            <bdi dir="ltr">{server.base_url}</bdi> · {t(server.has_key ? "models.has_key" : "models.has_no_key")}
          </p>
          <p className="hint">
            {names.map((purpose) => `${t(`purpose.${purpose}`)}: ${server.models[purpose]}`).join(" · ")}
          </p>
          {server.resting_until && (
            <p className="wrong" role="status">
              {t("models.resting", { at: moment(server.resting_until) })}
            </p>
          )}
        </>
      ) : (
        <p className="hint">{t(`models.no_${place}`)}</p>
      )}
    </div>
  );
}

/** What may be used on a day; empty: what it takes. */
function Budget({ budget }: { budget: Schemas["BudgetBody"] }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const client = useQueryClient();
  const [tokens, setTokens] = useState(written(budget.tokens_per_day));
  const [cost, setCost] = useState(written(budget.cost_per_day));
  const [isSaved, setIsSaved] = useState(false);
  const { problem, isBusy, attempt } = useAttempt();
  async function save(event: FormEvent) {
    event.preventDefault();
    const body = {
      tokens_per_day: count(tokens),
      cost_per_day: amount(cost),
    };
    if (!(await attempt(() => dataOf(api.PUT("/api/models/budget", { body }))))) return;
    setIsSaved(true);
    await client.invalidateQueries({ queryKey: modelsQuery.queryKey });
  }
  return (
    <form className="settings mt-8" onSubmit={save} onInput={() => setIsSaved(false)}>
      <fieldset disabled={!mayManage}>
        <legend className="font-semibold">{t("budget.title")}</legend>
        <p className="hint max-w-[60ch]">{t("budget.hint")}</p>
        <div className="grid gap-x-4 sm:grid-cols-2">
          <TextField
            label={t("budget.tokens")}
            error={errorOf(problem, "tokens_per_day")}
            type="number"
            min={1}
            step={1}
            value={tokens}
            onChange={({ target }) => setTokens(target.value)}
          />
          <TextField
            label={t("budget.cost")}
            error={errorOf(problem, "cost_per_day")}
            type="number"
            min={0.000001}
            step="any"
            value={cost}
            onChange={({ target }) => setCost(target.value)}
          />
        </div>
        <WrongLine problem={problem} />
        {mayManage && <SaveRow isBusy={isBusy} isSaved={isSaved} />}
      </fieldset>
    </form>
  );
}

function ModelUsage() {
  const { t, number, date, isKey } = useI18n();
  const { data, error, refetch } = useQuery({ ...modelUsageQuery(DAYS), placeholderData: keepPreviousData });
  const { data: bots } = useQuery(botsQuery);
  const purposeWord = (purpose: string) => {
    const key = `purpose.${purpose}`;
    return isKey(key) ? t(key) : purpose;
  };
  const botName = (id: string | null | undefined) =>
    id ? (bots?.items.find((bot) => bot.id === id)?.name ?? t("models.bot_gone")) : t("models.for_people");
  return (
    <section className="mt-8">
      <h2>{t("models.used")}</h2>
      {error && <Failure problem={error} retry={refetch} />}
      {data?.items.length === 0 && <p className="empty">{t("models.unused")}</p>}
      {data && data.items.length > 0 && (
        <>
          <p className="hint">{t("overview.zone", { zone: data.time_zone })}</p>
          <DataTable
            label={t("models.used")}
            head={[
              t("usage.day"),
              t("models.for"),
              t("models.purpose"),
              t("models.model"),
              t("models.calls"),
              t("use.read"),
              t("use.written"),
              t("use.cost"),
            ]}
            rows={data.items.map((item) => (
              <tr key={`${item.day} ${item.bot_id} ${item.purpose} ${item.model}`}>
                <td>
                  <time dateTime={item.day}>{date(item.day)}</time>
                </td>
                <td>
                  <bdi>{botName(item.bot_id)}</bdi>
                </td>
                <td>{purposeWord(item.purpose)}</td>
                <td>
                  <bdi dir="ltr">{item.model}</bdi>
                </td>
                <td>
                  {item.failures > 0
                    ? t("models.calls_failed", { calls: item.calls, failures: item.failures })
                    : number(item.calls)}
                </td>
                <td>{number(item.prompt_tokens)}</td>
                <td>{number(item.completion_tokens)}</td>
                <td>{costOf(item.cost, number)}</td>
              </tr>
            ))}
          />
        </>
      )}
    </section>
  );
}
