import { Link, Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { useOnline } from "../../api/live.ts";
import { Problem, sentence } from "../../api/problem.ts";
import { renew, useSession } from "../../api/session.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useKeys } from "../../components/keys.ts";
import { toast } from "../../components/toast.tsx";
import type { Key } from "../../i18n/dictionary.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { useNotifications } from "../notifications/use-notifications.ts";
import { KeysHelp } from "./keys-help.tsx";
import { useLiveUpdates } from "./live-updates.ts";
import { Palette } from "./palette.tsx";
import { Suspended, Visiting } from "./standing.tsx";
import { UserMenu } from "./user-menu.tsx";

const SCREENS = [
  { to: "/overview", words: "nav.overview", sign: "overview" },
  { to: "/inbox", words: "nav.inbox", sign: "inbox" },
  { to: "/bots", words: "nav.bot", sign: "ai" },
  { to: "/connect", words: "nav.connect", sign: "connect" },
  { to: "/settings", words: "nav.settings", sign: "gear" },
] as const satisfies { to: string; words: Key; sign: IconName }[];

/** The frame around every screen of who is signed in. */
export function Shell() {
  const { t } = useI18n();
  const [asksForKeys, setAsksForKeys] = useState(false);
  const { user, visit } = useSession();
  useLiveUpdates();
  useNotifications();
  useKeys({ "?": () => setAsksForKeys(true) });
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t("skip")}
      </a>
      <nav aria-label={t("nav.label")}>
        <img className="mark" src="/icon.svg" alt="Switchboard" width={32} height={32} />
        {SCREENS.map(({ to, words, sign }) => (
          <Link key={to} to={to} activeProps={{ "aria-current": "page" }}>
            <Icon name={sign} />
            <span>{t(words)}</span>
          </Link>
        ))}
        {user.platform_admin && !visit && (
          <Link to="/platform" activeProps={{ "aria-current": "page" }}>
            <Icon name="platform" />
            <span>{t("nav.platform")}</span>
          </Link>
        )}
        <UserMenu onKeys={() => setAsksForKeys(true)} />
      </nav>
      <div className="stage">
        <Visiting />
        <Connection />
        <Suspended />
        <Unverified />
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Palette />
      <KeysHelp open={asksForKeys} onClose={() => setAsksForKeys(false)} />
    </div>
  );
}

/** That the address is not proved yet, until when nobody can be invited. */
function Unverified() {
  const i18n = useI18n();
  const { t } = i18n;
  const { user } = useSession();
  const [isSent, setIsSent] = useState(false);
  if (user.email_verified) return null;
  const sendAgain = async () => {
    try {
      await dataOf(api.POST("/api/auth/verify-email/resend"));
      setIsSent(true);
    } catch (problem) {
      toast(sentence(problem, i18n));
      // Proved meanwhile, in another tab or on another device.
      if (problem instanceof Problem && problem.code === "already_verified") await renew();
    }
  };
  return (
    <div className="banner notice" role="status">
      <p>
        <Icon name="alert" />
        {t("verify.banner", { email: user.email })}{" "}
        {isSent ? (
          t("verify.sent")
        ) : (
          <button type="button" className="link" onClick={sendAgain}>
            {t("verify.again")}
          </button>
        )}
      </p>
    </div>
  );
}

function Connection() {
  const { t } = useI18n();
  const isOnline = useOnline();
  return (
    <div className="banner" role="status">
      {!isOnline && (
        <p>
          <Icon name="alert" />
          {t("offline")}
        </p>
      )}
    </div>
  );
}
