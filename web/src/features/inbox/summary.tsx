import { useQuery } from "@tanstack/react-query";
import { summaryQuery } from "../../api/queries.ts";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";

/** What was said earlier in a long conversation, in short, as the AI is told it. */
export default function Summary({ id }: { id: string }) {
  const { t, moment } = useI18n();
  const { data } = useQuery(summaryQuery(id));
  const summary = data?.summary;
  if (!summary) return null;
  return (
    <details className="mt-4">
      <summary>{t("summary.title")}</summary>
      <p dir="auto" className="whitespace-pre-line wrap-anywhere">
        {summary.text}
      </p>
      <p className="hint">
        {t("summary.hint")}{" "}
        {summary.upto_at && <Time at={summary.upto_at}>{t("summary.upto", { at: moment(summary.upto_at) })}</Time>}
      </p>
    </details>
  );
}
