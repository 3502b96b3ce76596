import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { adopt, signOut, useMaybeSession } from "../../api/session.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Failure } from "../../components/failure.tsx";
import { TextField } from "../../components/field.tsx";
import { WrongLine } from "../../components/form.tsx";
import { NewPasswordField } from "../../components/new-password.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { forgetInvitation, keptInvitation } from "./link-token.ts";
import { BackToSignIn, LinkMissing, Outside } from "./outside.tsx";

/** Where an invitation leads. */
export function InvitationPage() {
  const [token] = useState(() => keptInvitation(location.hash));
  return <Outside>{token ? <Invitation token={token} /> : <LinkMissing />}</Outside>;
}

function Invitation({ token }: { token: string }) {
  const { t, isKey } = useI18n();
  const { data: offer, error } = useQuery({
    queryKey: ["offer", token],
    queryFn: ({ signal }) => dataOf(api.POST("/api/invitations/offer", { body: { token }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error)
    return (
      <div className="card">
        <h1>{t("link.title")}</h1>
        <Failure problem={error} />
        <BackToSignIn />
      </div>
    );
  if (!offer) return null;
  const role = `role.${offer.role}`;
  return (
    <div className="card">
      <h1 dir="auto">{t("invitation.title", { name: offer.tenant_name })}</h1>
      <p className="lead">{t("invitation.lead", { email: offer.email, role: isKey(role) ? t(role) : offer.role })}</p>
      {offer.has_account ? <WithAccount token={token} offer={offer} /> : <Newcomer token={token} />}
    </div>
  );
}

/** Accepts, and goes on as somebody who works there. */
function useAccept(token: string) {
  const navigate = useNavigate();
  const { problem, isBusy, attempt } = useAttempt();
  const accept = (who: Pick<Schemas["AcceptanceBody"], "name" | "password">) =>
    attempt(async () => {
      const begun = await dataOf(api.POST("/api/invitations/accept", { body: { token, ...who } }));
      forgetInvitation();
      adopt(begun);
      await navigate({ to: "/", replace: true });
    });
  return { problem, isBusy, accept };
}

/** Whoever has an account accepts with it, and with no other. */
function WithAccount({ token, offer }: { token: string; offer: Schemas["OfferBody"] }) {
  const { t } = useI18n();
  const session = useMaybeSession();
  const { problem, isBusy, accept } = useAccept(token);
  const leaving = useAttempt();
  if (!session) {
    return (
      <>
        <p>{t("invitation.has_account")}</p>
        <p className="aside">
          <Link to="/sign-in" search={{ next: "/invitation" }} className="button main">
            {t("invitation.sign_in")}
          </Link>
        </p>
      </>
    );
  }
  const isOther = session.user.email.toLowerCase() !== offer.email.toLowerCase();
  return (
    <>
      {isOther && <p>{t("invitation.other", { email: session.user.email })}</p>}
      <WrongLine problem={problem ?? leaving.problem} />
      {isOther ? (
        <button type="button" className="main" disabled={leaving.isBusy} onClick={() => leaving.attempt(signOut)}>
          {t("nav.sign_out")}
        </button>
      ) : (
        <button type="button" className="main" disabled={isBusy} onClick={() => accept({})}>
          {t("invitation.accept")}
        </button>
      )}
    </>
  );
}

/** Whoever has no account gets one by accepting. */
function Newcomer({ token }: { token: string }) {
  const { t } = useI18n();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { problem, isBusy, accept } = useAccept(token);
  function submit(event: FormEvent) {
    event.preventDefault();
    accept({ name, password });
  }
  const isTold = errorOf(problem, "name") ?? errorOf(problem, "password");
  return (
    <form method="post" onSubmit={submit}>
      <TextField
        name="name"
        autoComplete="name"
        label={t("field.name")}
        error={errorOf(problem, "name")}
        maxLength={100}
        required
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <NewPasswordField
        label={t("field.password")}
        value={password}
        error={errorOf(problem, "password")}
        onType={setPassword}
      />
      <WrongLine problem={isTold ? null : problem} />
      <button type="submit" className="main" disabled={isBusy}>
        {t("invitation.accept")}
      </button>
    </form>
  );
}
