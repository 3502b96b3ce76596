import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { numbersQuery, onboardingQuery } from "../../api/queries.ts";
import { Confirm } from "../../components/dialog.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { useBegin } from "./begin.ts";

const Doctor = lazy(async () => ({ default: (await import("./doctor.tsx")).Doctor }));

/** What managers do with a number: look for what is broken, renew its permission, disconnect it. */
export function NumberActions({ number }: { number: Schemas["NumberBody"] }) {
  const { t } = useI18n();
  const { begin, isBusy } = useBegin(number.id);
  const [isChecking, setIsChecking] = useState(false);
  const [isLeaving, setIsLeaving] = useState(false);
  const disconnect = useDisconnect(number);
  const needsPermission = number.status === "reauth_required";
  return (
    <div className="buttons start">
      <button type="button" onClick={() => setIsChecking(true)}>
        {t("number.check")}
      </button>
      {number.status !== "disconnected" && (
        <>
          <button type="button" className={needsPermission ? "main" : ""} disabled={isBusy} onClick={begin}>
            {t("number.reauthorise")}
          </button>
          <button type="button" onClick={() => setIsLeaving(true)}>
            {t("number.disconnect")}
          </button>
        </>
      )}
      {isChecking && (
        <Suspense>
          <Doctor number={number} onClose={() => setIsChecking(false)} />
        </Suspense>
      )}
      <Confirm
        open={isLeaving}
        title={t("number.disconnect_title", { number: number.display_phone_number })}
        text={t("number.disconnect_text")}
        verb={t("number.disconnect")}
        onConfirm={() => {
          setIsLeaving(false);
          disconnect();
        }}
        onCancel={() => setIsLeaving(false)}
      />
    </div>
  );
}

function useDisconnect(number: Schemas["NumberBody"]) {
  const i18n = useI18n();
  const client = useQueryClient();
  return async () => {
    try {
      await dataOf(api.DELETE("/api/numbers/{id}", { params: { path: { id: number.id } } }));
      toast(i18n.t("number.gone"));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: numbersQuery.queryKey });
    await client.invalidateQueries({ queryKey: onboardingQuery.queryKey });
  };
}
