import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client.ts";
import { diagnosisQuery } from "../../api/queries.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";

const SIGNS: Record<string, IconName> = { pass: "tick", warn: "alert", fail: "stopped", unknown: "unsure" };
// As the steps of a connection look.
const LOOKS: Record<string, string> = { pass: "done", fail: "failed" };

/** Every link of a number's connection, tried now. */
export function Doctor({ number, onClose }: { number: Schemas["NumberBody"]; onClose: () => void }) {
  const { t } = useI18n();
  const { data, error, isFetching, refetch } = useQuery(diagnosisQuery(number.id));
  return (
    <Dialog title={t("number.check")} open onClose={onClose}>
      <p>
        <bdi dir="ltr">{number.display_phone_number}</bdi>
      </p>
      <p role="status" className="hint">
        {isFetching ? t("doctor.running") : data && t(data.healthy ? "doctor.healthy" : "doctor.broken")}
      </p>
      {error && <Failure problem={error} />}
      {data && (
        <ol className="steps">
          {data.checks.map((check) => (
            <CheckItem key={check.check} check={check} />
          ))}
        </ol>
      )}
      <div className="buttons">
        <button type="button" disabled={isFetching} onClick={() => refetch()}>
          {t("doctor.again")}
        </button>
        <button type="button" className="main" onClick={onClose}>
          {t("close")}
        </button>
      </div>
    </Dialog>
  );
}

function CheckItem({ check: { check, result, reason, advice } }: { check: Schemas["CheckBody"] }) {
  const { t, isKey, said } = useI18n();
  const [title, word] = [`check.${check}`, `result.${result}`];
  return (
    <li className={LOOKS[result] ?? ""} data-check={check}>
      <Icon name={SIGNS[result] ?? "unsure"} />
      <div>
        <strong>{isKey(title) ? t(title) : check}</strong>
        <span className="state">{isKey(word) ? t(word) : result}</span>
        <p dir="auto">{said(reason)}</p>
        {advice && (
          <p className={result === "fail" ? "error" : "hint"} dir="auto">
            {said(advice)}
          </p>
        )}
      </div>
    </li>
  );
}
