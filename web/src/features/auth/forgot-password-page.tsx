import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { TextField } from "../../components/field.tsx";
import { WrongLine } from "../../components/form.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { BackToSignIn, Outside } from "./outside.tsx";

/** Asks for a mail with which to choose a new password. */
export function ForgotPasswordPage() {
  const { t } = useI18n();
  const [email, setEmail] = useState("");
  const [isSent, setIsSent] = useState(false);
  const { problem, isBusy, attempt } = useAttempt();
  async function submit(event: FormEvent) {
    event.preventDefault();
    setIsSent(await attempt(() => dataOf(api.POST("/api/auth/password/forgot", { body: { email } }))));
  }
  return (
    <Outside>
      <form className="card" method="post" onSubmit={submit}>
        <h1>{t("forgot.title")}</h1>
        <p className="lead">{t("forgot.lead")}</p>
        <TextField
          type="email"
          name="email"
          autoComplete="email"
          label={t("field.email")}
          error={errorOf(problem, "email")}
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <WrongLine problem={errorOf(problem, "email") ? null : problem} />
        <p role="status">{isSent && t("forgot.sent")}</p>
        <button type="submit" className="main" disabled={isBusy}>
          {t("forgot.verb")}
        </button>
        <BackToSignIn />
      </form>
    </Outside>
  );
}
