import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { WrongLine } from "../../components/form.tsx";
import { NewPasswordField } from "../../components/new-password.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { readToken } from "./link-token.ts";
import { BackToSignIn, LinkMissing, Outside } from "./outside.tsx";

/** Where the mail about a forgotten password leads. */
export function ResetPasswordPage() {
  const [token] = useState(() => readToken(location.hash));
  return <Outside>{token ? <ResetForm token={token} /> : <LinkMissing />}</Outside>;
}

function ResetForm({ token }: { token: string }) {
  const { t } = useI18n();
  const [password, setPassword] = useState("");
  const [isDone, setIsDone] = useState(false);
  const { problem, isBusy, attempt } = useAttempt();
  async function submit(event: FormEvent) {
    event.preventDefault();
    setIsDone(await attempt(() => dataOf(api.POST("/api/auth/password/reset", { body: { token, password } }))));
  }
  const error = errorOf(problem, "password");
  return (
    <form className="card" method="post" onSubmit={submit}>
      <h1>{t("forgot.title")}</h1>
      <p role="status" className="lead">
        {t(isDone ? "reset.done" : "reset.lead")}
      </p>
      {!isDone && (
        <>
          <NewPasswordField label={t("field.new_password")} value={password} error={error} onType={setPassword} />
          <WrongLine problem={error ? null : problem} />
          <button type="submit" className="main" disabled={isBusy}>
            {t("reset.verb")}
          </button>
        </>
      )}
      <BackToSignIn />
    </form>
  );
}
