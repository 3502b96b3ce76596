// What forms end with.

import { sentence } from "../api/problem.ts";
import { useI18n } from "../i18n/provider.tsx";

/** Why the form was not taken; empty while nothing is wrong. */
export function WrongLine({ problem }: { problem: unknown }) {
  const i18n = useI18n();
  return (
    <p className="wrong" role="alert">
      {problem ? sentence(problem, i18n) : null}
    </p>
  );
}

/** The button that saves, and that it has been saved. */
export function SaveRow({ isSaved }: { isSaved: boolean }) {
  const { t } = useI18n();
  return (
    <div className="buttons start">
      <button type="submit" className="main">
        {t("save")}
      </button>
      <p role="status" className="hint">
        {isSaved && t("saved")}
      </p>
    </div>
  );
}

/** The two ways out of a dialog with a form. */
export function DialogButtons({ verb, onCancel }: { verb: string; onCancel: () => void }) {
  const { t } = useI18n();
  return (
    <div className="buttons">
      <button type="button" onClick={onCancel}>
        {t("cancel")}
      </button>
      <button type="submit" className="main">
        {verb}
      </button>
    </div>
  );
}
