import type { Schemas } from "../../api/client.ts";
import { SelectField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { FactsLine, useFigures } from "./facts.tsx";
import { doneOf, type Run } from "./test-rows.ts";

interface Props {
  runs: Run[];
  run: Run;
  report: Schemas["TestReportBody"] | undefined;
  onChoose: (id: string) => void;
}

/** A run: how far it is, or what came of it and what is new. */
export function TestRun({ runs, run, report, onChoose }: Props) {
  const { t, moment } = useI18n();
  return (
    <div className="test-run">
      {runs.length > 1 && (
        <SelectField label={t("test.which_run")} value={run.id} onChange={({ target }) => onChoose(target.value)}>
          {runs.map(({ id, created_at, passed, tests }) => (
            <option key={id} value={id}>
              {t("test.run_at", { when: moment(created_at), passed, tests })}
            </option>
          ))}
        </SelectField>
      )}
      {run.state === "done" ? <Summary run={run} report={report} /> : <Progress run={run} />}
    </div>
  );
}

function Progress({ run }: { run: Run }) {
  const { t } = useI18n();
  const done = doneOf(run);
  const words = run.state === "queued" ? t("test.queued") : t("test.progress", { done, tests: run.tests });
  return (
    <div className="progress">
      <p role="status">{words}</p>
      <progress max={run.tests} value={done} aria-label={words} />
    </div>
  );
}

function Summary({ run, report }: { run: Run; report: Schemas["TestReportBody"] | undefined }) {
  const { t } = useI18n();
  const figures = useFigures();
  const { passed, failed, errors, started_at, finished_at } = run;
  const took = started_at && finished_at ? Date.parse(finished_at) - Date.parse(started_at) : null;
  const difference = report?.cost_difference;
  return (
    <>
      <p role="status" className="counts">
        <span className="outcome passed">
          <Icon name="tick" />
          {t("test.passed", { count: passed })}
        </span>
        {failed > 0 && (
          <span className="outcome failed">
            <Icon name="close" />
            {t("test.failed", { count: failed })}
          </span>
        )}
        {errors > 0 && (
          <span className="outcome error">
            <Icon name="alert" />
            {t("test.errors", { count: errors })}
          </span>
        )}
        {report && report.newly_failing > 0 && (
          <span className="change newly_failing">{t("test.count_failing", { count: report.newly_failing })}</span>
        )}
        {report && report.newly_passing > 0 && (
          <span className="change newly_passing">{t("test.count_passing", { count: report.newly_passing })}</span>
        )}
      </p>
      <FactsLine
        label={t("test.facts")}
        facts={[
          took == null ? null : figures.time(took),
          figures.tokens(run),
          figures.cost(run.cost),
          difference ? t("test.difference", { cost: figures.difference(difference) }) : null,
        ]}
      />
    </>
  );
}
