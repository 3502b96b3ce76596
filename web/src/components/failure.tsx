import { sentence } from "../api/problem.ts";
import { useI18n } from "../i18n/provider.tsx";

/** What went wrong, in a sentence, with a button that tries again. */
export function Failure({ problem, retry }: { problem: unknown; retry?: () => void }) {
  const i18n = useI18n();
  return (
    <div className="flex flex-col items-start gap-2">
      <p className="wrong" role="alert">
        {sentence(problem, i18n)}
      </p>
      {retry && (
        <button type="button" onClick={retry}>
          {i18n.t("try_again")}
        </button>
      )}
    </div>
  );
}
