import { Bars } from "../../components/bars.tsx";
import { useI18n } from "../../i18n/provider.tsx";

export interface Series {
  /** Its colour in the style sheet. */
  kind: string;
  words: string;
  values: number[];
}

interface Props {
  title: string;
  /** What a point is: an hour, or a day. */
  pointWord: string;
  points: string[];
  series: Series[];
}

/** Bars of hours or days. The numbers are in a table below. */
export function StackChart({ title, pointWord, points, series }: Props) {
  const { t, number } = useI18n();
  const totals = series.map(({ words, values }) => `${words}: ${number(sum(values))}`).join(" · ");
  return (
    <section className="chart">
      <h2>{title}</h2>
      <Bars points={points} series={series} summary={`${title}. ${totals}`} fills />
      <p className="ends" aria-hidden="true">
        <span>{points[0]}</span>
        <span>{points.at(-1)}</span>
      </p>
      <p className="hint legend">
        {series.map(({ kind, words, values }) => (
          <span key={kind} className={kind}>{`${words}: ${number(sum(values))}`}</span>
        ))}
      </p>
      <details>
        <summary>{t("overview.table")}</summary>
        <Table title={title} pointWord={pointWord} points={points} series={series} />
      </details>
    </section>
  );
}

const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);

function Table({ title, pointWord, points, series }: Props) {
  const { number } = useI18n();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section className="data-table" aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{pointWord}</th>
            {series.map(({ kind, words }) => (
              <th key={kind} scope="col">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point, index) => (
            <tr key={point}>
              <th scope="row">{point}</th>
              {series.map(({ kind, values }) => (
                <td key={kind}>{number(values[index] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
