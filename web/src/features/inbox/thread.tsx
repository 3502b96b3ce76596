import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { api, dataOf } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { conversationQuery, countsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { useKeys } from "../../components/keys.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { useActions } from "../shell/actions.ts";
import { storeConversation } from "./cache.ts";
import { Composer } from "./composer.tsx";
import { ContactPanel, EditContact } from "./contact-panel.tsx";
import { useControl } from "./control.ts";
import { useCustomerLanguage } from "./customer-language.ts";
import { Messages } from "./messages.tsx";
import type { Conversation, Message } from "./model.ts";
import { useOrganise } from "./organise.ts";
import { type Kind, OrganiseDialog } from "./organise-dialog.tsx";
import { contactName } from "./people.ts";
import { CustomerLanguage } from "./reading.ts";
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
  const [isNoting, setIsNoting] = useState(false);
  const [asked, setAsked] = useState<Kind | null>(null);
  const settle = useSettle(conversation);
  const [showsContact, toggleContact] = usePanel();
  const [editsContact, setEditsContact] = useState(false);
  const name = contactName(conversation.contact, t);
  const language = useCustomerLanguage(conversation);
  useMarkedRead(conversation);
  useMentionsSeen(conversation);
  useEffect(() => {
    document.title = `${name} · Switchboard`;
  }, [name]);
  const focusComposer = () => {
    // At once, also where a note was being written: the next key may follow in the same moment.
    flushSync(() => setIsNoting(false));
    document.getElementById("composer")?.focus();
  };
  // With rows of the list selected, these are about those.
  const organise = (kind: Kind) => mayReply && !document.querySelector(".bulk") && setAsked(kind);
  useKeys({
    t: () => conversation.control === "ai" && mayReply && takeOver(),
    h: () => conversation.control === "human" && mayReply && handBack(),
    r: focusComposer,
    n: () => mayReply && setIsNoting(true),
    e: () => mayReply && settle(),
    a: () => organise("assign"),
    l: () => organise("label"),
    s: () => organise("snooze"),
    i: toggleContact,
  });
  const isAi = conversation.control === "ai";
  const isOpen = conversation.state === "open";
  useActions(
    mayReply
      ? [
          isAi
            ? { id: "takeover", words: t("control.take_over"), key: "T", sign: "human", act: takeOver }
            : { id: "handback", words: t("control.hand_back"), key: "H", sign: "ai", act: handBack },
          { id: "assign", words: t("organise.assign"), key: "A", sign: "human", act: () => setAsked("assign") },
          { id: "label", words: t("organise.label"), key: "L", sign: "label", act: () => setAsked("label") },
          { id: "snooze", words: t("organise.snooze"), key: "S", sign: "snooze", act: () => setAsked("snooze") },
          {
            id: "settle",
            words: t(isOpen ? "state.resolve" : "state.reopen"),
            key: "E",
            sign: isOpen ? "tick" : "reply",
            act: settle,
          },
          { id: "note", words: t("note.label"), key: "N", sign: "note", act: () => setIsNoting(true) },
        ]
      : [],
  );
  const quote = (message: Message) => {
    setQuoted(message);
    focusComposer();
  };
  return (
    <CustomerLanguage value={language}>
      <div className="thread">
        <div className="talk">
          <ThreadHead
            conversation={conversation}
            onClose={onClose}
            onTakeOver={takeOver}
            onHandBack={handBack}
            showsContact={showsContact}
            onToggleContact={toggleContact}
            onAsk={setAsked}
            onSettle={settle}
          />
          <Messages conversation={conversation} onQuote={mayReply ? quote : undefined} />
          <Composer
            conversation={conversation}
            quoted={quoted}
            onQuoteDropped={() => setQuoted(null)}
            isNoting={isNoting}
            onNoting={(next) => (next ? setIsNoting(true) : focusComposer())}
          />
        </div>
        <OrganiseDialog kind={asked} conversations={[conversation]} onClose={() => setAsked(null)} />
        {showsContact && (
          <ContactPanel conversation={conversation} onEdit={() => setEditsContact(true)} onClose={toggleContact} />
        )}
        {editsContact && <EditContact conversation={conversation} onClose={() => setEditsContact(false)} />}
      </div>
    </CustomerLanguage>
  );
}

/** Resolves it, or opens what is put aside. */
function useSettle(conversation: Conversation) {
  const { t } = useI18n();
  const organise = useOrganise();
  const isOpen = conversation.state === "open";
  return () =>
    organise(
      [conversation],
      { state: isOpen ? "resolved" : "open" },
      t(isOpen ? "state.is_resolved" : "state.is_open"),
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

/** A note that names one has been seen when the conversation is in front of one's eyes. */
function useMentionsSeen({ id, mentioned }: Conversation) {
  const client = useQueryClient();
  useEffect(() => {
    async function mark() {
      if (!mentioned || document.visibilityState !== "visible") return;
      const call = api.POST("/api/conversations/{id}/mentions/read", { params: { path: { id } } });
      // As with what is read: the next look tries again.
      await dataOf(call).catch(() => null);
      client.invalidateQueries({ queryKey: countsQuery.queryKey });
    }
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [id, mentioned, client]);
}
