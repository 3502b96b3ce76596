import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { adopt } from "../../api/session.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { TextField } from "../../components/field.tsx";
import { WrongLine } from "../../components/form.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { BackToSignIn } from "./outside.tsx";

interface Props {
  ticket: string;
  /** As the identity provider tells them. */
  name: string;
  email: string;
  onDone: () => Promise<void>;
}

/** Whom the identity provider knows and who has no account yet: what their business is called. */
export function Newcomer({ ticket, name: told, email, onDone }: Props) {
  const { t, language } = useI18n();
  const [business, setBusiness] = useState("");
  const [name, setName] = useState(told);
  const { problem, isBusy, attempt } = useAttempt();
  function submit(event: FormEvent) {
    event.preventDefault();
    const body = { ticket, tenant_name: business, name, language };
    attempt(async () => {
      adopt(await dataOf(api.POST("/api/auth/oidc/signup", { body })));
      await onDone();
    });
  }
  const isTold = errorOf(problem, "tenant_name") ?? errorOf(problem, "name");
  return (
    <form className="card" method="post" onSubmit={submit}>
      <h1>{t("newcomer.title")}</h1>
      <p className="lead">{t("newcomer.lead", { email })}</p>
      <TextField
        autoComplete="organization"
        label={t("field.tenant_name")}
        error={errorOf(problem, "tenant_name")}
        maxLength={100}
        required
        autoFocus
        value={business}
        onChange={({ target }) => setBusiness(target.value)}
      />
      <TextField
        autoComplete="name"
        label={t("field.name")}
        error={errorOf(problem, "name")}
        maxLength={100}
        required
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <WrongLine problem={isTold ? null : problem} />
      <button type="submit" className="main" disabled={isBusy}>
        {t("sign_up.verb")}
      </button>
      <BackToSignIn />
    </form>
  );
}
