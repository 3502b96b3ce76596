import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { TextField } from "../../components/field.tsx";
import { SaveRow, WrongLine } from "../../components/form.tsx";
import { NewPasswordField } from "../../components/new-password.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { Identities } from "./identities.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { Sessions } from "./sessions.tsx";

/** How one signs in, and where one has. */
export function Security() {
  return (
    <>
      <ChangePassword />
      <SecondFactor />
      <Identities />
      <Sessions />
    </>
  );
}

function ChangePassword() {
  const { t } = useI18n();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [isSaved, setIsSaved] = useState(false);
  const { problem, isBusy, attempt } = useAttempt();
  async function change(event: FormEvent) {
    event.preventDefault();
    const body = { current_password: current, password };
    if (!(await attempt(() => dataOf(api.PUT("/api/auth/password", { body }))))) return;
    setCurrent("");
    setPassword("");
    setIsSaved(true);
  }
  const error = errorOf(problem, "password");
  return (
    <form className="settings max-w-[420px]" method="post" onSubmit={change} onInput={() => setIsSaved(false)}>
      <h2>{t("password.title")}</h2>
      <p className="hint">{t("password.hint")}</p>
      <TextField
        type="password"
        autoComplete="current-password"
        label={t("password.current")}
        required
        value={current}
        onChange={({ target }) => setCurrent(target.value)}
      />
      <NewPasswordField label={t("field.new_password")} value={password} error={error} onType={setPassword} />
      <WrongLine problem={error ? null : problem} />
      <SaveRow isBusy={isBusy} isSaved={isSaved} />
    </form>
  );
}
