import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { signOut } from "../../api/session.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { WrongLine } from "../../components/form.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";

/** The end of the business here, for its owner. */
export function DeleteBusiness({ name }: { name: string }) {
  const { t } = useI18n();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <section aria-labelledby="delete-business">
      <div className="head">
        <h2 id="delete-business">{t("tenant_delete.own")}</h2>
        <button type="button" className="bad" onClick={() => setIsAsking(true)}>
          {t("tenant_delete.own_verb")}
        </button>
      </div>
      <p className="hint">{t("tenant_delete.own_hint")}</p>
      {isAsking && <Question name={name} onClose={() => setIsAsking(false)} />}
    </section>
  );
}

function Question({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useI18n();
  const { problem, isBusy, attempt } = useAttempt();
  const [typed, setTyped] = useState("");
  const [password, setPassword] = useState("");
  async function remove(event: FormEvent) {
    event.preventDefault();
    const done = await attempt(() => dataOf(api.DELETE("/api/tenant", { body: { name: typed, password } })));
    if (!done) return;
    toast(t("tenant_delete.begun"));
    await signOut();
  }
  return (
    <Dialog title={t("tenant_delete.title", { name })} open onClose={onClose}>
      <form onSubmit={remove}>
        <p>{t("tenant_delete.text")}</p>
        <TextField
          label={t("tenant_delete.type", { name })}
          required
          autoComplete="off"
          value={typed}
          error={errorOf(problem, "name") && t("tenant_delete.wrong")}
          onChange={({ target }) => setTyped(target.value)}
        />
        <TextField
          label={t("field.password")}
          type="password"
          dir="ltr"
          required
          autoComplete="current-password"
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
        <WrongLine problem={errorOf(problem, "name") ? null : problem} />
        <div className="buttons">
          <button type="button" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" className="bad" disabled={isBusy}>
            {t("tenant_delete.own_verb")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
