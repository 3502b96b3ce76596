import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { LanguageChoice } from "../shell/language-choice.tsx";

/** The frame of pages that nobody must be signed in for. */
export function Outside({ children }: { children: ReactNode }) {
  return (
    <div className="outside">
      <main className="sign-in">
        <div className="brand">
          <img src="/icon.svg" alt="" width={36} height={36} />
          <span>Switchboard</span>
        </div>
        {children}
        <LanguageChoice />
      </main>
    </div>
  );
}

export function BackToSignIn() {
  const { t } = useI18n();
  return (
    <p className="aside">
      <Link to="/sign-in">{t("back_to_sign_in")}</Link>
    </p>
  );
}

/** The page of a mail's link, opened without its token. */
export function LinkMissing() {
  const { t } = useI18n();
  return (
    <div className="card">
      <h1>{t("link.title")}</h1>
      <p className="wrong" role="alert">
        {t("link.missing")}
      </p>
      <BackToSignIn />
    </div>
  );
}
