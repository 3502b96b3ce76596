import type { Schemas } from "../../api/client.ts";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { callName, MadeCalls } from "./calls.tsx";
import { FactsLine, useFigures } from "./facts.tsx";
import { FoundPassages } from "./found.tsx";
import { headOf, useItem } from "./item-words.ts";
import { ruleReason } from "./rules.ts";
import type { Result } from "./test-rows.ts";

/** What came of a test: what was missed, what was said, and from what. */
export function TestResult({ botId, result }: { botId: string; result: Result }) {
  const { t, said } = useI18n();
  const figures = useFigures();
  const { failures, lines, passages, reason, handed_over, outcome } = result;
  const why = reason && (ruleReason(reason, t) ?? said(reason));
  return (
    <div className="test-result">
      {failures.length > 0 && (
        <ul className="failures" aria-label={t("test.failures")}>
          {failures.map((failure) => (
            <li key={`${failure.kind} ${failure.text ?? failure.tool ?? ""}`}>
              <Icon name="alert" />
              <span>
                <FailureWords botId={botId} failure={failure} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {outcome === "error" && why && (
        <p className="wrong">
          {t("test.no_answer")} <bdi>{why}</bdi>
        </p>
      )}
      <ol className="said" aria-label={t("test.conversation")}>
        {lines.map(({ author, text, calls }, index) => (
          <li key={index} className={author}>
            <span className="who">{t(author === "customer" ? "try.customer" : "test.bot")}</span>
            <p dir="auto">{text}</p>
            <MadeCalls calls={calls} />
          </li>
        ))}
        {handed_over && (
          <li className="handoff">
            <span className="who">
              <Icon name="human" />
              {t("test.handed_over")}
            </span>
            {why && (
              <p>
                <bdi>{why}</bdi>
              </p>
            )}
          </li>
        )}
      </ol>
      <FactsLine
        label={t("try.facts")}
        facts={[
          result.took_ms == null ? null : figures.time(result.took_ms),
          figures.tokens(result),
          figures.cost(result.cost),
        ]}
      />
      {passages.length > 0 ? (
        <FoundPassages passages={passages} label={t("found.title")} />
      ) : (
        <p className="soft">{t("found.none")}</p>
      )}
    </div>
  );
}

/** A text of whatever direction within a sentence of ours. */
const apart = (text: string) => `\u2068${text}\u2069`;

function FailureWords({ botId, failure }: { botId: string; failure: Schemas["FailureBody"] }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { kind, text, item_id } = failure;
  const { item, isGone } = useItem(botId, kind === "not_used" ? (item_id ?? null) : null);
  const tool = apart(callName(failure.tool ?? "", i18n));
  if (kind === "not_said") return <>{t("test.failure.not_said", { text: apart(text ?? "") })}</>;
  if (kind === "said") return <>{t("test.failure.said", { text: apart(text ?? "") })}</>;
  if (kind === "handed_over") return <>{t("test.failure.handed_over")}</>;
  if (kind === "not_handed_over") return <>{t("test.failure.not_handed_over")}</>;
  if (kind === "not_called" || kind === "called" || kind === "no_tool")
    return <>{t(`test.failure.${kind}`, { tool })}</>;
  if (item) return <>{t("test.failure.not_used", { text: apart(headOf(item)) })}</>;
  return <>{t(isGone ? "test.failure.item_gone" : "test.failure.not_used_other")}</>;
}
