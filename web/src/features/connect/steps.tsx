import type { Schemas } from "../../api/client.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";

type Step = Schemas["StepBody"];

const SIGNS: Record<string, IconName> = { pending: "circle", running: "clock", done: "tick", failed: "alert" };

/** The seven steps, as they happen. */
export function Steps({ steps }: { steps: Step[] }) {
  const { t } = useI18n();
  return (
    <ol className="steps" aria-label={t("connect.steps")} aria-live="polite">
      {steps.map((step) => (
        <StepItem key={step.step} step={step} />
      ))}
    </ol>
  );
}

function StepItem({ step: { step, state, at, error, meta } }: { step: Step }) {
  const { t, isKey, ago, said } = useI18n();
  const [title, word] = [`step.${step}`, `state.${state}`];
  return (
    <li className={state} data-step={step}>
      <Icon name={SIGNS[state] ?? "circle"} />
      <div>
        <strong>{isKey(title) ? t(title) : step}</strong>
        <span className="state">
          {isKey(word) ? t(word) : state}
          {at && (
            <>
              {" · "}
              <Time at={at}>{ago(at)}</Time>
            </>
          )}
        </span>
        {error && (
          <p className="error" dir="auto">
            {said(error)}
          </p>
        )}
        {meta && <MetaSaid meta={meta} />}
      </div>
    </li>
  );
}

function MetaSaid({ meta: { message, code, fbtrace_id: trace } }: { meta: Schemas["MetaBody"] }) {
  const { t } = useI18n();
  const parts = [message, code != null && t("meta_code", { code: String(code) }), trace && `fbtrace_id ${trace}`];
  return (
    <details>
      <summary>{t("meta_said")}</summary>
      <p dir="auto">{parts.filter(Boolean).join(" · ")}</p>
    </details>
  );
}
