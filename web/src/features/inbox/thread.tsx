import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { conversationQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { useKeys } from "../../components/keys.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { storeConversation } from "./cache.ts";
import { Composer } from "./composer.tsx";
import { ContactPanel } from "./contact-panel.tsx";
import { useControl } from "./control.ts";
import { Messages } from "./messages.tsx";
import type { Conversation, Message } from "./model.ts";
import { contactName } from "./people.ts";
import { ThreadHead } from "./thread-head.tsx";

const PANEL = "switchboard.contact_panel";
// From this width on, there is room for it beside the thread.
const WIDE = matchMedia("(min-width: 1200px)");

/** The open conversation. */
export function Thread({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useI18n();
  const { data: conversation, error, refetch } = useQuery(conversationQuery(id));
  if (conversation) return <OpenThread conversation={conversation} onClose={onClose} />;
  if (!error) return null;
  const isGone = error instanceof Problem && error.status === 404;
  return (
    <div className="empty">
      {isGone ? <p role="alert">{t("thread.gone")}</p> : <Failure problem={error} retry={refetch} />}
      <button type="button" className="mt-4" onClick={onClose}>
        {t("thread.back")}
      </button>
    </div>
  );
}

function OpenThread({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useI18n();
  const { mayReply } = usePermissions();
  const { takeOver, handBack } = useControl(conversation.id);
  const [quoted, setQuoted] = useState<Message | null>(null);
  const [showsContact, toggleContact] = usePanel();
  const name = contactName(conversation.contact, t);
  useMarkedRead(conversation);
  useEffect(() => {
    document.title = `${name} · Switchboard`;
  }, [name]);
  const focusComposer = () => document.getElementById("composer")?.focus();
  useKeys({
    t: () => conversation.control === "ai" && mayReply && takeOver(),
    h: () => conversation.control === "human" && mayReply && handBack(),
    r: focusComposer,
    i: toggleContact,
  });
  const quote = (message: Message) => {
    setQuoted(message);
    focusComposer();
  };
  return (
    <div className="thread">
      <div className="talk">
        <ThreadHead
          conversation={conversation}
          onClose={onClose}
          onTakeOver={takeOver}
          onHandBack={handBack}
          showsContact={showsContact}
          onToggleContact={toggleContact}
        />
        <Messages conversation={conversation} onQuote={mayReply ? quote : undefined} />
        <Composer conversation={conversation} quoted={quoted} onQuoteDropped={() => setQuoted(null)} />
      </div>
      {showsContact && <ContactPanel conversation={conversation} onClose={toggleContact} />}
    </div>
  );
}

/** The contact's panel stays as the reader left it; at first it is there where there is room. */
function usePanel() {
  const [isShown, setIsShown] = useState(() => WIDE.matches && localStorage.getItem(PANEL) !== "folded");
  useEffect(() => {
    const changed = () => setIsShown(WIDE.matches && localStorage.getItem(PANEL) !== "folded");
    WIDE.addEventListener("change", changed);
    return () => WIDE.removeEventListener("change", changed);
  }, []);
  const toggle = () => {
    if (WIDE.matches) localStorage.setItem(PANEL, isShown ? "folded" : "shown");
    setIsShown(!isShown);
  };
  return [isShown, toggle] as const;
}

/** Read is what was in front of somebody's eyes. */
function useMarkedRead({ id, unread_count: unread }: Conversation) {
  const client = useQueryClient();
  const { mayReply } = usePermissions();
  useEffect(() => {
    async function mark() {
      if (unread === 0 || !mayReply || document.visibilityState !== "visible") return;
      // That it failed changes nothing for who reads; the next look tries again.
      const call = dataOf(api.POST("/api/conversations/{id}/read", { params: { path: { id } } })).catch(() => null);
      const fresh = await call;
      if (fresh) storeConversation(client, fresh);
    }
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [id, unread, mayReply, client]);
}
