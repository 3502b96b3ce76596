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

/** The button that saves, and that it is being saved or has been. */
export function SaveRow({ isBusy, isSaved }: { isBusy: boolean; isSaved: boolean }) {
  const { t } = useI18n();
  return (
    <div className="buttons start">
      <button type="submit" className="main" disabled={isBusy}>
        {t("save")}
      </button>
      <p role="status" className="hint">
        {isBusy ? t("wait") : isSaved && t("saved")}
      </p>
    </div>
  );
}

interface ButtonsProps {
  verb: string;
  /** What the form says is on its way: it is not sent once more meanwhile. */
  isBusy: boolean;
  onCancel: () => void;
}

/** The two ways out of a dialog with a form. */
export function DialogButtons({ verb, isBusy, onCancel }: ButtonsProps) {
  const { t } = useI18n();
  return (
    <div className="buttons">
      <p role="status" className="hint">
        {isBusy && t("wait")}
      </p>
      <button type="button" onClick={onCancel}>
        {t("cancel")}
      </button>
      <button type="submit" className="main" disabled={isBusy}>
        {verb}
      </button>
    </div>
  );
}
