import { type FormEvent, useState } from "react";
import { Problem } from "../../api/problem.ts";
import { signInWithCode } from "../../api/session.ts";
import { useAttempt } from "../../components/attempt.ts";
import { TextField } from "../../components/field.tsx";
import { WrongLine } from "../../components/form.tsx";
import { useI18n } from "../../i18n/provider.tsx";

interface Props {
  ticket: string;
  onDone: () => Promise<void>;
  /** Back to the password: because one wants to, or because the ticket is too old. */
  onBack: (problem: Problem | null) => void;
}

/** The code of a person with a second factor. */
export function SecondStep({ ticket, onDone, onBack }: Props) {
  const { t } = useI18n();
  const [code, setCode] = useState("");
  const { problem, isBusy, attempt } = useAttempt();
  const sendCode = async () => {
    try {
      await signInWithCode({ ticket, code: code.trim() });
    } catch (failure) {
      if (failure instanceof Problem && failure.code === "ticket_invalid") return onBack(failure);
      throw failure;
    }
    await onDone();
  };
  async function submit(event: FormEvent) {
    event.preventDefault();
    await attempt(sendCode);
  }
  return (
    <form className="card" method="post" onSubmit={submit}>
      <h1>{t("second_step.title")}</h1>
      <p className="lead">{t("second_step.lead")}</p>
      <TextField
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        dir="ltr"
        label={t("field.code")}
        required
        autoFocus
        value={code}
        onChange={({ target }) => setCode(target.value)}
      />
      <WrongLine problem={problem} />
      <button type="submit" className="main" disabled={isBusy}>
        {t("sign_in.verb")}
      </button>
      <p className="aside">
        <button type="button" className="link" onClick={() => onBack(null)}>
          {t("back_to_sign_in")}
        </button>
      </p>
    </form>
  );
}
