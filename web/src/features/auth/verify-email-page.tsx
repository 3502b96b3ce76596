import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { currentSession, renew } from "../../api/session.ts";
import { useAttempt } from "../../components/attempt.ts";
import { WrongLine } from "../../components/form.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { readToken } from "./link-token.ts";
import { LinkMissing, Outside } from "./outside.tsx";

/** Where the mail after signing up leads. One presses a button, for programs that read mails follow links too. */
export function VerifyEmailPage() {
  const [token] = useState(() => readToken(location.hash));
  return <Outside>{token ? <Verify token={token} /> : <LinkMissing />}</Outside>;
}

function Verify({ token }: { token: string }) {
  const { t } = useI18n();
  const [isDone, setIsDone] = useState(false);
  const { problem, isBusy, attempt } = useAttempt();
  async function verify() {
    const isTaken = await attempt(() => dataOf(api.POST("/api/auth/verify-email", { body: { token } })));
    setIsDone(isTaken);
    // The session tells whether the address is proved.
    if (isTaken && currentSession()) await renew();
  }
  return (
    <div className="card">
      <h1>{t("verify.title")}</h1>
      <p role="status" className="lead">
        {t(isDone ? "verify.done" : "verify.lead")}
      </p>
      <WrongLine problem={problem} />
      {!isDone && (
        <button type="button" className="main" disabled={isBusy} onClick={verify}>
          {t("verify.verb")}
        </button>
      )}
      <p className="aside">
        <Link to="/">{t("go_on")}</Link>
      </p>
    </div>
  );
}
