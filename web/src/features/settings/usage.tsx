import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { numbersQuery, usageQuery } from "../../api/queries.ts";
import { Failure } from "../../components/failure.tsx";
import { SelectField } from "../../components/field.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { costOf, totalOf } from "./usage-total.ts";

const DAYS = [7, 30, 92];
type Day = Schemas["NumberDayBody"];

/** What the business uses: messages, turns and tokens, day by day. */
export function Usage() {
  const { t } = useI18n();
  const [days, setDays] = useState(30);
  const [number, setNumber] = useState("");
  const { data, error, refetch } = useQuery({ ...usageQuery(days), placeholderData: keepPreviousData });
  const { data: numbers } = useQuery(numbersQuery);
  const nameOf = (id: string) => numbers?.items.find((it) => it.id === id)?.display_phone_number;
  const items = data?.items.filter((item) => number === "" || item.number_id === number);
  return (
    <>
      <p className="lead">{t("use.lead")}</p>
      <div className="choices-row">
        <SelectField label={t("use.days")} value={days} onChange={({ target }) => setDays(Number(target.value))}>
          {DAYS.map((count) => (
            <option key={count} value={count}>
              {t("use.last_days", { count })}
            </option>
          ))}
        </SelectField>
        <SelectField label={t("use.number")} value={number} onChange={({ target }) => setNumber(target.value)}>
          <option value="">{t("use.all_numbers")}</option>
          {numbers?.items.map((it) => (
            <option key={it.id} value={it.id}>
              {it.display_phone_number}
            </option>
          ))}
        </SelectField>
      </div>
      {error && <Failure problem={error} retry={refetch} />}
      {data && <ServiceMessages items={data.service_messages} nameOf={nameOf} />}
      {items && items.length === 0 && <p className="empty">{t("use.empty")}</p>}
      {data && items && items.length > 0 && (
        <>
          <p className="hint mt-4">{t("overview.zone", { zone: data.time_zone })}</p>
          <UsageTable items={items} nameOf={nameOf} />
          <p className="hint">{t("use.tried_hint")}</p>
        </>
      )}
    </>
  );
}

interface ServiceProps {
  items: Schemas["ServiceMessagesBody"][];
  nameOf: (id: string) => string | undefined;
}

/** How much of what Meta gives free each number has used this month. */
function ServiceMessages({ items, nameOf }: ServiceProps) {
  const { t } = useI18n();
  if (items.length === 0) return null;
  return (
    <section className="mt-4">
      <h2>{t("service.title")}</h2>
      <p className="hint max-w-[60ch]">{t("service.hint")}</p>
      <ul className="own-list">
        {items.map(({ number_id: id, count, free }) => (
          <li key={id}>
            <div className="canned">
              <bdi dir="ltr">{nameOf(id) ?? t("use.number_gone")}</bdi>
              <p className={count > free ? "wrong" : "hint"}>
                {count > free ? t("service.beyond", { count: count - free, free }) : t("service.used", { count, free })}
              </p>
            </div>
            <meter min={0} max={free} high={free * 0.8} optimum={0} value={count} aria-label={t("service.title")} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const COLUMNS = [
  ["received", "usage.received"],
  ["by_ai", "usage.by_ai"],
  ["by_people", "usage.by_people"],
  ["by_system", "use.by_system"],
  ["failed", "usage.failed"],
  ["answered", "use.answered"],
  ["handed_over", "use.handed_over"],
  ["prompt_tokens", "use.read"],
  ["completion_tokens", "use.written"],
] as const;

function UsageTable({ items, nameOf }: { items: Day[]; nameOf: (id: string) => string | undefined }) {
  const { t, number, date } = useI18n();
  const total = totalOf(items);
  const hasSeveral = new Set(items.map((item) => item.number_id)).size > 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section className="data-table numbers-table" aria-label={t("settings.usage")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("usage.day")}</th>
            {hasSeveral && <th scope="col">{t("use.number")}</th>}
            {COLUMNS.map(([column, words]) => (
              <th key={column} scope="col">
                {t(words)}
              </th>
            ))}
            <th scope="col">{t("use.cost")}</th>
          </tr>
        </thead>
        <tbody>
          <tr className="total">
            <th scope="row">{t("use.total")}</th>
            {hasSeveral && <td />}
            {COLUMNS.map(([column]) => (
              <td key={column}>{number(total[column])}</td>
            ))}
            <td>{costOf(total.cost, number)}</td>
          </tr>
          {items.map((item) => (
            <tr key={`${item.day} ${item.number_id}`}>
              <th scope="row">
                <time dateTime={item.day}>{date(item.day)}</time>
              </th>
              {hasSeveral && (
                <td>
                  <bdi dir="ltr">{nameOf(item.number_id) ?? t("use.number_gone")}</bdi>
                </td>
              )}
              {COLUMNS.map(([column]) => (
                <td key={column}>{number(item[column])}</td>
              ))}
              <td>{costOf(item.cost, number)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
