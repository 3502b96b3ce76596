import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { identitiesQuery, methodsQuery } from "../../api/queries.ts";
import { useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";

const route = getRouteApi("/app/settings/security");

/** The accounts at the identity provider with which one signs in. Nothing where there is no provider and none is linked. */
export function Identities() {
  const { t, isKey } = useI18n();
  const { linked } = route.useSearch();
  const { data: methods } = useQuery(methodsQuery);
  const { data, error, refetch } = useQuery(identitiesQuery);
  const [isLinking, setIsLinking] = useState(false);
  if (error) return <Failure problem={error} retry={refetch} />;
  if (!data || !methods || (!methods.oidc && data.items.length === 0)) return null;
  const outcome = `linked.${linked}`;
  return (
    <section className="mt-8">
      <h2>{t("identities.title")}</h2>
      <p className="hint max-w-[60ch]">{t(data.items.length > 0 ? "identities.hint" : "identities.none")}</p>
      {linked && (
        <p role="status" className={linked === "done" ? "hint" : "wrong"}>
          {t(isKey(outcome) ? outcome : "linked.failed")}
        </p>
      )}
      {data.items.length > 0 && (
        <ul className="steps" aria-label={t("identities.title")}>
          {data.items.map((identity) => (
            <IdentityItem key={identity.id} identity={identity} />
          ))}
        </ul>
      )}
      {methods.oidc && (
        <div className="buttons start">
          <button type="button" onClick={() => setIsLinking(true)}>
            {t("identities.link", { label: methods.oidc.label })}
          </button>
        </div>
      )}
      {isLinking && <LinkDialog hasPassword={data.has_password} onClose={() => setIsLinking(false)} />}
    </section>
  );
}

function IdentityItem({ identity }: { identity: Schemas["IdentityBody"] }) {
  const i18n = useI18n();
  const { t, ago } = i18n;
  const client = useQueryClient();
  const name = identity.email ?? identity.issuer;
  async function unlink() {
    try {
      await dataOf(api.DELETE("/api/auth/identities/{id}", { params: { path: { id: identity.id } } }));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: identitiesQuery.queryKey });
  }
  return (
    <li>
      <div>
        <strong>
          <bdi dir="ltr">{name}</bdi>
        </strong>
        <span className="state">
          <bdi dir="ltr">{identity.issuer}</bdi>
          {" · "}
          <Time at={identity.last_used_at}>{t("identities.used", { ago: ago(identity.last_used_at) })}</Time>
        </span>
      </div>
      <button type="button" onClick={unlink}>
        {t("identities.unlink")}
        <span className="sr-only">: {name}</span>
      </button>
    </li>
  );
}

/** The password first, where there is one: what is linked opens the account from then on. */
function LinkDialog({ hasPassword, onClose }: { hasPassword: boolean; onClose: () => void }) {
  const { t } = useI18n();
  const [password, setPassword] = useState("");
  const { problem, isBusy, attempt } = useAttempt();
  function submit(event: FormEvent) {
    event.preventDefault();
    attempt(async () => {
      const body = hasPassword ? { password } : {};
      const { url } = await dataOf(api.POST("/api/auth/oidc/link", { body }));
      location.assign(url);
    });
  }
  return (
    <Dialog title={t("identities.title")} open onClose={onClose}>
      <form method="post" onSubmit={submit}>
        <p className="my-2">{t("identities.goes")}</p>
        {hasPassword && (
          <TextField
            type="password"
            autoComplete="current-password"
            label={t("factor.password")}
            required
            value={password}
            onChange={({ target }) => setPassword(target.value)}
          />
        )}
        <WrongLine problem={problem} />
        <DialogButtons verb={t("go_on")} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
