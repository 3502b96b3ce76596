import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import type { Schemas } from "../../api/client.ts";
import { overviewQuery } from "../../api/queries.ts";
import { Failure } from "../../components/failure.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { RANGES, type Range, share, wait } from "./figures.ts";
import { StackChart } from "./stack-chart.tsx";

type Overview = Schemas["OverviewBody"];

/** How the business is doing. */
export function OverviewPage() {
  const { t } = useI18n();
  const range: Range = useSearch({ from: "/app/overview" }).range ?? "today";
  const { data, error, refetch } = useQuery({ ...overviewQuery(range), placeholderData: keepPreviousData });
  useEffect(() => {
    document.title = `${t("nav.overview")} · Switchboard`;
  }, [t]);
  return (
    <div className="page broad overview">
      <h1>{t("nav.overview")}</h1>
      <RangeChoice />
      {error && <Failure problem={error} retry={refetch} />}
      {data && (
        <>
          <p className="hint">{t("overview.zone", { zone: data.time_zone })}</p>
          <Figures data={data} />
          {data.received + data.by_ai + data.by_people === 0 ? (
            <p className="empty">
              {t("overview.empty")} <Link to="/connect">{t("overview.empty_try")}</Link>
            </p>
          ) : (
            <Charts data={data} />
          )}
        </>
      )}
    </div>
  );
}

function RangeChoice() {
  const { t } = useI18n();
  return (
    <nav className="tabs" aria-label={t("overview.range")}>
      {RANGES.map((it) => (
        <Link
          key={it}
          to="/overview"
          search={{ range: it === "today" ? undefined : it }}
          activeProps={{ "aria-current": "page" }}
          activeOptions={{ includeSearch: true, explicitUndefined: true }}
        >
          {t(`overview.range.${it}`)}
        </Link>
      ))}
    </nav>
  );
}

function Figures({ data }: { data: Overview }) {
  const { t, number } = useI18n();
  const { answered, handed_over: handed } = data;
  const upTo = (count: number) => (count >= data.counted_up_to ? `${number(data.counted_up_to)}+` : number(count));
  const percent = share(answered, answered + handed);
  return (
    <dl className="figures">
      <Figure words={t("overview.conversations")} value={upTo(data.conversations)} />
      <Figure words={t("overview.answered")} value={number(answered)} sign="ai">
        {percent !== null && t("overview.share", { share: number(percent / 100, { style: "percent" }) })}
      </Figure>
      <Figure words={t("overview.handed_over")} value={number(handed)} sign="human" />
      <Figure words={t("overview.waiting")} value={upTo(data.waiting)} sign={data.waiting > 0 ? "human" : undefined}>
        <Link to="/inbox" search={{ view: "waiting" }}>
          {t("overview.see")}
        </Link>
      </Figure>
      <Wait words={t("overview.ai_wait")} ms={data.ai_wait_ms} />
      <Wait words={t("overview.people_wait")} ms={data.people_wait_ms} />
      <Figure words={t("overview.failed")} value={number(data.failed)} sign={data.failed > 0 ? "bad" : undefined}>
        {data.failed > 0 && (
          <Link to="/inbox" search={{ view: "failed" }}>
            {t("overview.see")}
          </Link>
        )}
      </Figure>
      <Figure
        words={t("overview.tokens")}
        value={number(data.prompt_tokens + data.completion_tokens, { notation: "compact" })}
      >
        {data.cost != null && number(data.cost, { style: "currency", currency: "USD", maximumSignificantDigits: 2 })}
      </Figure>
    </dl>
  );
}

interface FigureProps {
  words: string;
  value: string;
  sign?: "ai" | "human" | "bad" | undefined;
  children?: ReactNode;
}

function Figure({ words, value, sign, children }: FigureProps) {
  return (
    <div className={sign}>
      <dt>{words}</dt>
      <dd>
        <strong>{value}</strong>
        {children && <span className="soft">{children}</span>}
      </dd>
    </div>
  );
}

function Wait({ words, ms }: { words: string; ms: number | null | undefined }) {
  const { t, number } = useI18n();
  if (ms == null)
    return (
      <Figure words={words} value="–">
        {t("overview.no_wait")}
      </Figure>
    );
  const { value, unit } = wait(ms);
  return <Figure words={words} value={number(value, { style: "unit", unit, unitDisplay: "short" })} />;
}

function Charts({ data }: { data: Overview }) {
  const { t, locale } = useI18n();
  const isToday = data.points.length <= 25;
  const format = new Intl.DateTimeFormat(locale, {
    timeZone: data.time_zone,
    ...(isToday ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" }),
  });
  const points = data.points.map((point) => format.format(new Date(point.from)));
  const values = (of: (point: Overview["points"][number]) => number) => data.points.map(of);
  const pointWord = t(isToday ? "overview.hour" : "usage.day");
  return (
    <div className="charts">
      <StackChart
        title={t("overview.messages")}
        pointWord={pointWord}
        points={points}
        series={[
          { kind: "received", words: t("usage.received"), values: values((it) => it.received) },
          { kind: "by-ai", words: t("usage.by_ai"), values: values((it) => it.by_ai) },
          { kind: "by-people", words: t("usage.by_people"), values: values((it) => it.by_people) },
        ]}
      />
      <StackChart
        title={t("overview.trouble")}
        pointWord={pointWord}
        points={points}
        series={[
          { kind: "handed-over", words: t("overview.handed_over"), values: values((it) => it.handed_over) },
          { kind: "lost", words: t("overview.failed"), values: values((it) => it.failed) },
        ]}
      />
    </div>
  );
}
