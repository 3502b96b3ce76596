import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { announce } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { seen } from "../notifications/tab.ts";
import { onArrival } from "./arrivals.ts";
import { letGo } from "./cache.ts";
import { ConversationList } from "./conversation-list.tsx";
import { openConversation, setOpenConversation } from "./open.ts";
import { contactName } from "./people.ts";
import { Thread } from "./thread.tsx";

/** The list of conversations, the one that is open, and its contact. */
export function InboxPage() {
  const { t } = useI18n();
  const { conversationId } = useParams({ strict: false });
  const navigate = useNavigate();
  const client = useQueryClient();
  useAnnouncedArrivals();
  useEffect(() => {
    setOpenConversation(conversationId);
    seen(conversationId);
    letGo(client, conversationId);
    return () => setOpenConversation(undefined);
  }, [conversationId, client]);
  useEffect(() => {
    if (!conversationId) document.title = `${t("nav.inbox")} · Switchboard`;
  }, [conversationId, t]);
  return (
    <div className={conversationId ? "inbox opened" : "inbox"}>
      <h1 className="sr-only">{t("nav.inbox")}</h1>
      <ConversationList openId={conversationId} />
      <section className="pane" aria-label={t("thread.label")}>
        {conversationId ? (
          <Thread key={conversationId} id={conversationId} onClose={() => navigate({ to: "/inbox", search: true })} />
        ) : (
          <p className="empty">{t("thread.none")}</p>
        )}
      </section>
    </div>
  );
}

function useAnnouncedArrivals() {
  const { t } = useI18n();
  useEffect(
    () =>
      onArrival(({ id, contact }, kind) => {
        if (kind === "message" && id !== openConversation())
          announce(t("announce.elsewhere", { name: contactName(contact, t) }));
      }),
    [t],
  );
}
