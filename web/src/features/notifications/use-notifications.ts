import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useSession } from "../../api/session.ts";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { onArrival } from "../inbox/arrivals.ts";
import type { Conversation } from "../inbox/model.ts";
import { openConversation } from "../inbox/open.ts";
import { contactName, preview } from "../inbox/people.ts";
import { ask, permission, show } from "./browser.ts";
import { isWanted, keepPreferences, preferencesOf } from "./preferences.ts";
import { chime } from "./sound.ts";
import { keepCount, note, seen, seenAll } from "./tab.ts";

const OFFERED = "switchboard.notifications.offered";

const isLooking = () => document.visibilityState === "visible" && document.hasFocus();

/** Tells of news, as the reader wants to be told. */
export function useNotifications() {
  const i18n = useI18n();
  const { user } = useSession();
  const navigate = useNavigate();
  useEffect(() => keepCount(), []);
  useEffect(() => {
    const looked = () => isLooking() && seen(openConversation());
    document.addEventListener("visibilitychange", looked);
    addEventListener("focus", looked);
    return () => {
      document.removeEventListener("visibilitychange", looked);
      removeEventListener("focus", looked);
      seenAll();
    };
  }, []);
  useEffect(() => {
    const open = (id: string) =>
      navigate({ to: "/inbox/$conversationId", params: { conversationId: id }, search: true });
    return onArrival((conversation, kind) => {
      const preferences = preferencesOf(user.id);
      const occasion = {
        kind,
        needsPerson: conversation.needs_person,
        isWithPeople: conversation.control === "human",
        assigneeId: assigneeOf(conversation),
      };
      if (!isWanted(preferences, occasion, user.id)) return;
      const isSeen = isLooking() && openConversation() === conversation.id;
      if (isSeen) return;
      note(conversation.id);
      if (preferences.sound) chime();
      const name = contactName(conversation.contact, i18n.t);
      if (preferences.browser && !isLooking()) {
        const said = conversation.last_message ? preview(conversation.last_message, i18n) : "";
        const text = kind === "needs_person" ? i18n.t("notify.needs_person") : said;
        show({ title: name, text, tag: conversation.id, onOpen: () => open(conversation.id) });
      } else offer(user.id, i18n.t);
    });
  }, [user.id, i18n, navigate]);
}

/** Conversations may be somebody's, where the server says whose. */
const assigneeOf = (conversation: Conversation): string | null =>
  (conversation as Conversation & { assignee_id?: string | null }).assignee_id ?? null;

/** The first news is the moment at which one knows what one is asked. Asked once, and never again. */
function offer(personId: string, t: ReturnType<typeof useI18n>["t"]) {
  if (permission() !== "default" || localStorage.getItem(OFFERED)) return;
  localStorage.setItem(OFFERED, "1");
  toast(t("notify.offer"), {
    label: t("notify.turn_on"),
    act: async () => {
      const browser = (await ask()) === "granted";
      keepPreferences(personId, { ...preferencesOf(personId), browser });
    },
  });
}
