import type { Schemas } from "../../api/client.ts";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";

/** Passages of the knowledge that were found, with how much of the question each covers. */
export function FoundPassages({ passages, label }: { passages: Schemas["FoundPassageBody"][]; label: string }) {
  const { t, number } = useI18n();
  return (
    <ol className="found" aria-label={label}>
      {passages.map(({ item_id, question, text, score, confidence, used }, index) => (
        <li key={`${item_id}-${index}`} className={used ? "used" : undefined}>
          <p className="score">
            <meter min={0} max={1} value={confidence} aria-label={t("found.covers")} />
            <span title={t("found.covers")}>{number(confidence, { style: "percent" })}</span>
            <span className="soft">
              {t("found.score", { score: number(score, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) })}
            </span>
            {used && (
              <strong>
                <Icon name="tick" />
                {t("found.used")}
              </strong>
            )}
          </p>
          {question && <p dir="auto">{question}</p>}
          <p className="soft" dir="auto">
            {text}
          </p>
        </li>
      ))}
    </ol>
  );
}
