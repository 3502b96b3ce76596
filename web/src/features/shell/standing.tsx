// What everybody must know of where they are before they do anything: a visit, and a suspension.

import { api, dataOf } from "../../api/client.ts";
import { Problem, sentence } from "../../api/problem.ts";
import { renew, useSession } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { useTicking } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";

const TICK_MS = 15_000;

/** Who acts in whose name, for how long yet, and the way out. */
export function Visiting() {
  const i18n = useI18n();
  const { t, isKey, timeLeft } = i18n;
  const { tenant, visit } = useSession();
  useTicking(TICK_MS);
  if (!visit) return null;
  async function end() {
    try {
      await dataOf(api.POST("/api/platform/impersonation/end"));
    } catch (problem) {
      // Over already: that one leaves is what was wanted.
      if (!(problem instanceof Problem && problem.status === 401)) return toast(sentence(problem, i18n));
    }
    await renew();
  }
  const role = `role.${visit.role}`;
  return (
    <section className="banner visit" aria-label={t("visit.label")}>
      <p>
        <Icon name="platform" />
        <strong>
          {t("visit.banner", {
            by: visit.by,
            name: tenant.name,
            role: isKey(role) ? t(role) : visit.role,
            left: timeLeft(visit.expires_at),
          })}
        </strong>{" "}
        <button type="button" onClick={end}>
          {t("visit.end")}
        </button>
      </p>
    </section>
  );
}

/** That nothing can be done here, and why. */
export function Suspended() {
  const { t } = useI18n();
  const { tenant } = useSession();
  if (tenant.status !== "suspended") return null;
  return (
    <div className="banner" role="status">
      <p>
        <Icon name="alert" />
        {t("suspended.banner")} <span dir="auto">{tenant.suspended_reason}</span>
      </p>
    </div>
  );
}
