import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { Problem, sentence } from "../../api/problem.ts";
import { numbersQuery, onboardingQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { toast } from "../../components/toast.tsx";
import type { Key } from "../../i18n/dictionary.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { useBegin } from "./begin.ts";
import { Checklist } from "./checklist.tsx";
import { Granted } from "./granted.tsx";
import { Numbers } from "./numbers.tsx";
import { Steps } from "./steps.tsx";

type Status = Schemas["StatusBody"];

const route = getRouteApi("/app/connect");

/** Connecting WhatsApp: what will happen, the seven steps as they happen, the numbers that work. */
export function ConnectPage() {
  const { t } = useI18n();
  const { outcome } = route.useSearch();
  const { data: status, error, refetch } = useQuery(onboardingQuery);
  const { data: numbers } = useQuery(numbersQuery);
  const { mayManage } = usePermissions();
  useEffect(() => {
    document.title = `${t("nav.connect")} · Switchboard`;
  }, [t]);
  if (error) return <div className="page">{<Failure problem={error} retry={refetch} />}</div>;
  if (!status) return null;
  const isStopped = outcome === "failed" && !status.connected && !hasFailed(status);
  return (
    <div className="page">
      <h1>{t("connect.title")}</h1>
      <p className="lead">{t(leadOf(status))}</p>
      {isStopped && (
        <p className="wrong" role="alert">
          {t("connect.stopped")}
        </p>
      )}
      <Checklist />
      {numbers && numbers.items.length > 0 && <Numbers numbers={numbers.items} />}
      {status.connected && (
        <p>
          <Link to="/inbox">{t("connect.to_inbox")}</Link>
        </p>
      )}
      {hasBegun(status) ? <Steps steps={status.steps} /> : <Explanation />}
      <Buttons status={status} />
      {status.connected && mayManage && <Granted />}
    </div>
  );
}

const hasFailed = (status: Status) => status.steps.some((step) => step.state === "failed");
const hasBegun = (status: Status) => status.steps.some((step) => step.state !== "pending");

function leadOf(status: Status): Key {
  if (status.connected) return "connect.lead_done";
  if (hasFailed(status)) return "connect.lead_failed";
  return hasBegun(status) ? "connect.lead_running" : "connect.lead";
}

function Explanation() {
  const { t } = useI18n();
  const list = (keys: Key[]) => (
    <ul>
      {keys.map((key) => (
        <li key={key}>{t(key)}</li>
      ))}
    </ul>
  );
  return (
    <section className="before">
      <h2>{t("connect.what")}</h2>
      {list(["connect.what_1", "connect.what_2", "connect.what_3"])}
      <h2>{t("connect.need")}</h2>
      {list(["connect.need_1", "connect.need_2"])}
      <p className="hint">{t("connect.takes")}</p>
    </section>
  );
}

function verbOf(status: Status): Key {
  if (status.connected) return "connect.another";
  return status.status === "not_connected" ? "connect.verb" : "connect.again";
}

function Buttons({ status }: { status: Status }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const { begin, isBusy } = useBegin();
  const retry = useGoOn(() => dataOf(api.POST("/api/onboarding/whatsapp/retry", { body: {} })));
  const recover = useGoOn(() => dataOf(api.POST("/api/onboarding/whatsapp/recover")));
  if (!mayManage) return <p className="hint">{t("connect.not_yours")}</p>;
  const goesOn = status.can_retry || status.can_recover;
  return (
    <div className="buttons">
      {status.can_retry && (
        <button type="button" className="main" disabled={retry.isBusy} onClick={retry.goOn}>
          {t("connect.retry")}
        </button>
      )}
      {status.can_recover && (
        <>
          <p className="hint">{t("connect.recover_hint")}</p>
          <button type="button" className="main" disabled={recover.isBusy} onClick={recover.goOn}>
            {t("connect.recover")}
          </button>
        </>
      )}
      <button type="button" className={status.connected || goesOn ? "" : "main"} disabled={isBusy} onClick={begin}>
        {t(verbOf(status))}
      </button>
    </div>
  );
}

/** Goes on with a connection that stopped. Where it stops again, the list of steps says so, better than a notice. */
function useGoOn(call: () => Promise<unknown>) {
  const i18n = useI18n();
  const client = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  async function goOn() {
    setIsBusy(true);
    try {
      await call();
    } catch (problem) {
      if (!(problem instanceof Problem && problem.code === "connection_stopped")) toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: onboardingQuery.queryKey });
    await client.invalidateQueries({ queryKey: numbersQuery.queryKey });
    setIsBusy(false);
  }
  return { goOn, isBusy };
}
