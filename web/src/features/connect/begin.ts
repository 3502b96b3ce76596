import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { Problem, sentence } from "../../api/problem.ts";
import { onboardingQuery } from "../../api/queries.ts";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { loadSdk, signUpInPopup } from "./embedded-signup.ts";

const hasConfiguration = (it: Schemas["StartedBody"]): it is Schemas["StartedBody"] & { config_id: string } =>
  Boolean(it.config_id);

/** Begins to connect, or to renew the connection of one number: in Meta's window where its SDK loads, else by going there and back. */
export function useBegin(numberId?: string) {
  const i18n = useI18n();
  const client = useQueryClient();
  const { data: status } = useQuery(onboardingQuery);
  const [isBusy, setIsBusy] = useState(false);
  const popup = popupOf(status);
  const script = popup?.script;
  // Loaded ahead: a browser opens a window only shortly after a click.
  useEffect(() => {
    if (script) loadSdk(script).catch(() => {});
  }, [script]);

  async function begin() {
    setIsBusy(true);
    try {
      const started = await start(numberId);
      const sdk = popup && (await loadSdk(popup.script).catch(() => null));
      if (!popup || !sdk || !hasConfiguration(started)) return location.assign(started.oauth_url);
      await complete(await signUpInPopup(sdk, started, popup.message_origin ?? null, report));
    } catch (problem) {
      // A step that failed is told among the steps, better than in a notice.
      if (!(problem instanceof Problem && problem.code === "connection_stopped")) toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: onboardingQuery.queryKey });
    setIsBusy(false);
  }

  return { begin, isBusy };
}

/** What opens the dialog in a window; null where it can only be gone to: Meta's SDK refuses pages without HTTPS. */
function popupOf(status: Schemas["StatusBody"] | undefined): Schemas["SdkBody"] | null {
  const sdk = status?.sdk ?? null;
  return sdk?.message_origin || location.protocol === "https:" ? sdk : null;
}

const start = (id: string | undefined) =>
  dataOf(
    id
      ? api.POST("/api/numbers/{id}/reauthorise", { params: { path: { id } } })
      : api.POST("/api/onboarding/whatsapp/start"),
  );

/** Tells the server at once, for the code may never come. What it refuses is no reason to stop. */
function report(body: Schemas["EventBody"]) {
  dataOf(api.POST("/api/onboarding/whatsapp/event", { body })).catch(() => {});
}

async function complete(body: Schemas["CompletionBody"]) {
  await dataOf(api.POST("/api/onboarding/whatsapp/complete", { body }));
}
