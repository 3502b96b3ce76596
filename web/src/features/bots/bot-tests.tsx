import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { botTestsQuery, testReportQuery, testRunsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { Removal } from "../../components/removal.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { TestEditor } from "./test-editor.tsx";
import { TestResult } from "./test-result.tsx";
import { changeOf, type Outcome, outcomeOf, type Row, rowsOf, stepOf } from "./test-rows.ts";
import { TestRun } from "./test-run.tsx";
import type { BotTest } from "./test-values.ts";

interface Props {
  botId: string;
  /** Settings that a run does not know of. */
  hasUnsaved: boolean;
}

/** What a business expects of its bot, and whether it comes. */
export function BotTests({ botId, hasUnsaved }: Props) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const tests = useQuery(botTestsQuery(botId));
  const { runs, run, report, choose, failed } = useRuns(botId);
  const start = useStart(botId, () => choose(null));
  const [edited, setEdited] = useState<BotTest | "new" | null>(null);
  const [doomed, setDoomed] = useState<BotTest | null>(null);
  const newest = runs[0];
  const isUnderWay = start.isPending || (newest !== undefined && newest.state !== "done");
  const items = tests.data?.items ?? [];
  const rows = rowsOf(items, report?.results ?? []);
  return (
    <section className="bot-tests" aria-labelledby="tests-title">
      <div className="head">
        <h2 id="tests-title">{t("test.title")}</h2>
        {mayManage && (
          <span className="acts">
            <button type="button" onClick={() => setEdited("new")}>
              <Icon name="plus" />
              {t("test.add")}
            </button>
            {items.length > 0 && (
              <button type="button" className="main" disabled={isUnderWay} onClick={() => start.mutate(null)}>
                <Icon name="play" />
                {t("test.run_all")}
              </button>
            )}
          </span>
        )}
      </div>
      <p className="hint">{t("test.hint")}</p>
      {hasUnsaved && <p className="hint">{t("test.hint_unsaved")}</p>}
      {failed && <Failure problem={failed.error} retry={failed.refetch} />}
      {run && <TestRun runs={runs} run={run} report={report} onChoose={choose} />}
      {tests.error && <Failure problem={tests.error} retry={tests.refetch} />}
      {tests.isSuccess && rows.length === 0 && <p className="empty">{t("test.empty")}</p>}
      {rows.length > 0 && (
        <ul className="tests">
          {rows.map((row) => (
            <TestRow
              key={row.id}
              botId={botId}
              row={row}
              hasReport={report !== undefined}
              isUnderWay={isUnderWay}
              onRun={() => start.mutate(row.id)}
              onEdit={() => setEdited(row.test)}
              onDelete={() => setDoomed(row.test)}
            />
          ))}
        </ul>
      )}
      {edited && <TestEditor botId={botId} test={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      <Removal
        item={doomed}
        title={t("test.delete_title", { name: doomed?.name ?? "" })}
        text={t("test.delete_text")}
        remove={({ id }) =>
          dataOf(api.DELETE("/api/bots/{id}/tests/{item_id}", { params: { path: { id: botId, item_id: id } } }))
        }
        queryKey={botTestsQuery(botId).queryKey}
        onClose={() => setDoomed(null)}
      />
    </section>
  );
}

/** The runs that are kept, and the one that is shown: the newest, unless another is chosen. `failed`: what was not read. */
function useRuns(botId: string) {
  const [chosen, choose] = useState<string | null>(null);
  const list = useQuery(testRunsQuery(botId));
  const runs = list.data?.items ?? [];
  const run = runs.find(({ id }) => id === chosen) ?? runs[0];
  const query = useQuery({
    ...testReportQuery(botId, run?.id ?? "", run ? stepOf(run) : ""),
    enabled: run !== undefined,
    placeholderData: keepPreviousData,
  });
  const report = query.data?.run.id === run?.id ? query.data : undefined;
  return { runs, run, report, choose, failed: [list, query].find(({ error }) => error !== null) };
}

/** Asks for a run of all, or of one. */
function useStart(botId: string, onStarted: () => void) {
  const i18n = useI18n();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (test_id: string | null) =>
      dataOf(api.POST("/api/bots/{id}/tests/run", { params: { path: { id: botId } }, body: { test_id } })),
    onSuccess: onStarted,
    onError: (problem) => toast(sentence(problem, i18n)),
    onSettled: () => client.invalidateQueries({ queryKey: testRunsQuery(botId).queryKey }),
  });
}

const SIGNS: Record<Outcome, IconName> = {
  passed: "tick",
  failed: "close",
  error: "alert",
  waiting: "clock",
  none: "circle",
};

interface RowProps {
  botId: string;
  row: Row;
  /** Without one, nothing is known of what came of it. */
  hasReport: boolean;
  isUnderWay: boolean;
  onRun: () => void;
  onEdit: () => void;
  onDelete: () => void;
}

function TestRow({ botId, row, hasReport, isUnderWay, onRun, onEdit, onDelete }: RowProps) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const { name, test, result } = row;
  const outcome = outcomeOf(result);
  const change = changeOf(result);
  const turns = test?.turns ?? result?.turns ?? [];
  const button = (sign: IconName, words: string, act: () => void, isOff = false) => (
    <button type="button" className="plain" title={words} disabled={isOff} onClick={act}>
      <Icon name={sign} />
      <span className="sr-only">{`${words}: ${name}`}</span>
    </button>
  );
  return (
    <li>
      <div className="words">
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <ul className="facts-line soft" aria-label={t("test.turns")}>
          {turns.map((turn, index) => (
            <li key={index}>
              <bdi>{turn}</bdi>
            </li>
          ))}
        </ul>
        {hasReport && (
          <p className={`outcome ${outcome}`}>
            <Icon name={SIGNS[outcome]} />
            {t(`test.outcome.${outcome}`)}
            {change && <span className={`change ${change}`}>{t(`test.${change}`)}</span>}
            {!test && <span className="soft">{t("test.gone")}</span>}
          </p>
        )}
      </div>
      {mayManage && test && (
        <span className="tools">
          {button("play", t("test.run"), onRun, isUnderWay)}
          {button("edit", t("edit"), onEdit)}
          {button("trash", t("delete"), onDelete)}
        </span>
      )}
      {result?.outcome && (
        <details>
          <summary>
            {t("test.see")}
            <span className="sr-only">: {name}</span>
          </summary>
          <TestResult botId={botId} result={result} />
        </details>
      )}
    </li>
  );
}
