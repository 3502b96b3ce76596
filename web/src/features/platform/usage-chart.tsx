import type { Schemas } from "../../api/client.ts";
import { Bars } from "../../components/bars.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { sent, totals } from "./usage.ts";

/** The last thirty days: what customers said, and above it what was answered. The numbers are in a table below. */
export function UsageChart({ days }: { days: Schemas["DayBody"][] }) {
  const { t } = useI18n();
  const all = totals(days);
  const summary = t("usage.summary", { received: all.received, sent: all.by_ai + all.by_people });
  const series = [
    { kind: "received", values: days.map(({ received }) => received) },
    { kind: "sent", values: days.map(sent) },
  ];
  return (
    <>
      <p>{summary}</p>
      <Bars className="usage" points={days.map(({ day }) => day)} series={series} summary={summary} />
      <p className="hint legend">
        <span className="received">{t("usage.received")}</span> <span className="sent">{t("usage.sent")}</span>
      </p>
      <details>
        <summary>{t("usage.table")}</summary>
        <UsageTable days={days} />
      </details>
    </>
  );
}

function UsageTable({ days }: { days: Schemas["DayBody"][] }) {
  const { t } = useI18n();
  const lived = days.filter((day) => day.received + day.by_ai + day.by_people + day.failed > 0).reverse();
  if (lived.length === 0) return <p className="empty">{t("usage.empty")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section className="data-table" aria-label={t("usage.table")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("usage.day")}</th>
            <th scope="col">{t("usage.received")}</th>
            <th scope="col">{t("usage.by_ai")}</th>
            <th scope="col">{t("usage.by_people")}</th>
            <th scope="col">{t("usage.failed")}</th>
          </tr>
        </thead>
        <tbody>
          {lived.map((day) => (
            <tr key={day.day}>
              <td>
                <time dateTime={day.day}>{day.day}</time>
              </td>
              <td>{day.received}</td>
              <td>{day.by_ai}</td>
              <td>{day.by_people}</td>
              <td>{day.failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
