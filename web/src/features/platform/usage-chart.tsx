import type { Schemas } from "../../api/client.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { bars, totals } from "./usage.ts";

const HEIGHT = 96;
const STEP = 12;
const BAR = 9;

/** The last thirty days: what customers said, and above it what was answered. The numbers are in a table below. */
export function UsageChart({ days }: { days: Schemas["DayBody"][] }) {
  const { t } = useI18n();
  const all = totals(days);
  const summary = t("usage.summary", { received: all.received, sent: all.by_ai + all.by_people });
  return (
    <>
      <p>{summary}</p>
      <svg className="usage" viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`} role="img" aria-label={summary}>
        {bars(days, HEIGHT).map(({ day, received, sent }, index) => (
          <g key={day}>
            <title>{day}</title>
            <rect className="received" x={index * STEP} width={BAR} y={HEIGHT - received} height={received} />
            <rect className="sent" x={index * STEP} width={BAR} y={HEIGHT - received - sent} height={sent} />
          </g>
        ))}
      </svg>
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
