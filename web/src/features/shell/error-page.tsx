import { Link, useRouter } from "@tanstack/react-router";
import { Problem, sentence } from "../../api/problem.ts";
import { useI18n } from "../../i18n/provider.tsx";

/** The whole page could not be shown. */
export function ErrorPage({ error }: { error: unknown }) {
  return (
    <main className="outside">
      <ErrorPanel error={error} />
    </main>
  );
}

/** A screen that could not be shown: what happened, and the ways on. */
export function ErrorPanel({ error }: { error: unknown }) {
  const i18n = useI18n();
  const router = useRouter();
  const details = error instanceof Error && !(error instanceof Problem) ? error.message : null;
  return (
    <div className="card error-panel">
      <h1>{i18n.t("error.title")}</h1>
      <p role="alert" className="mt-2">
        {sentence(error, i18n)}
      </p>
      {details && (
        <details className="mt-3">
          <summary>{i18n.t("error.details")}</summary>
          <p dir="ltr" className="font-mono text-xs">
            {details}
          </p>
        </details>
      )}
      <button type="button" className="main" onClick={() => router.invalidate()}>
        {i18n.t("try_again")}
      </button>
      <p className="aside">
        <a href="/">{i18n.t("error.home")}</a>
      </p>
    </div>
  );
}

export function NotFoundPage() {
  const { t } = useI18n();
  return (
    <div className="outside">
      <main className="card">
        <h1>{t("not_found.title")}</h1>
        <p className="lead">{t("not_found.text")}</p>
        <p className="aside">
          <Link to="/">{t("error.home")}</Link>
        </p>
      </main>
    </div>
  );
}
