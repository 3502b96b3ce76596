import { useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { announce, toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { storeConversation } from "./cache.ts";

/** Takeover and handback. What the screen shows changes with the server's answer: only then it is true. */
export function useControl(id: string) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const path = { params: { path: { id } } };

  async function takeOver() {
    try {
      const { in_flight: inFlight, ...taken } = await dataOf(api.POST("/api/conversations/{id}/takeover", path));
      storeConversation(client, taken);
      announce(t("control.human"));
      if (inFlight > 0) toast(t("control.in_flight", { count: inFlight }));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
  }

  async function handBack() {
    try {
      storeConversation(client, await dataOf(api.POST("/api/conversations/{id}/handback", path)));
      toast(t("control.handed_back"), { label: t("undo"), act: takeOver });
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
  }

  return { takeOver, handBack };
}
