import { Menu } from "@base-ui/react/menu";
import { useQueryClient } from "@tanstack/react-query";
import { memo, type ReactNode, useEffect, useRef } from "react";
import { sentence } from "../../api/problem.ts";
import { useSession } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ChoiceCard, ContactCards, PlaceCard } from "./cards.tsx";
import { Content } from "./content.tsx";
import { REACTIONS } from "./emoji.ts";
import type { Message } from "./model.ts";
import { authorSign, authorWord, preview } from "./people.ts";
import { discardSend, type LocalSend, sendAgain, sendBody } from "./sends.ts";
import { Teach } from "./teach.tsx";
import { isSendStatus, Tick } from "./tick.tsx";

// What a tick alone would not make plain is written out.
const IN_WORDS: ReadonlySet<string> = new Set(["pending", "queued", "sending", "unknown", "cancelled"]);

interface Props {
  message: Message;
  name: string;
  /** The message it answers, where that is known. */
  quoted: Message | undefined;
  onQuote: ((message: Message) => void) | undefined;
  /** Whether the window is open, in which one may react. */
  mayReact: boolean;
  /** Goes to the message with this wamid. */
  onJump: (wamid: string) => void;
  /** Whether it is the one a search led to. */
  isFound: boolean;
  /** Whether one has just come here from a message that quotes it. */
  isReached: boolean;
}

/** One message: who wrote it, what it says, how far it got. */
export const Bubble = memo(function Bubble(props: Props) {
  const { message, name, quoted, onQuote, mayReact, onJump, isFound, isReached } = props;
  const i18n = useI18n();
  const bubble = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isReached) bubble.current?.focus({ preventScroll: true });
  }, [isReached]);
  const { user } = useSession();
  const side = message.direction === "inbound" ? "in" : "out";
  const canQuote = onQuote && message.wamid && !message.revoked_at;
  const canReact = canQuote && mayReact;
  return (
    <div
      ref={bubble}
      className={`bubble ${side} ${message.author} ${message.status} ${isFound ? "found" : ""} ${isReached ? "flash" : ""}`}
      data-id={message.id}
      tabIndex={-1}
    >
      <p className="author">
        <Icon name={authorSign(message.author)} />
        <bdi>{authorWord(message, name, user.id, i18n)}</bdi>
        {canReact && <React message={message} />}
        {side === "out" && <Teach message={message} />}
        {canQuote && (
          <button type="button" className="quote" title={i18n.t("message.quote")} onClick={() => onQuote(message)}>
            <Icon name="reply" />
            <span className="sr-only">{i18n.t("message.quote")}</span>
          </button>
        )}
      </p>
      {message.reply_to && <Quote quoted={quoted} onJump={() => onJump(message.reply_to ?? "")} />}
      <Content message={message} name={authorWord(message, name, user.id, i18n)} />
      <Reactions {...message.reactions} />
      <p className="meta">
        {message.edited_at && !message.revoked_at && <span>{i18n.t("message.edited")}</span>}
        {isSendStatus(message.status) && IN_WORDS.has(message.status) && (
          <span>{i18n.t(`status.${message.status}`)}</span>
        )}
        <Time at={message.created_at}>{i18n.clock(message.created_at)}</Time>
        {side === "out" && <Tick status={message.status} />}
      </p>
      {message.status === "failed" && <WhyNot error={message.error} />}
    </div>
  );
});

/** Puts an emoji to a message, or takes it back. */
function React({ message }: { message: Message }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const own = message.reactions.own;
  const react = (emoji: string) => {
    const body = { type: "reaction", message_id: message.wamid, emoji: emoji === own ? "" : emoji };
    sendBody(client, message.conversation_id, body, { text: emoji });
  };
  return (
    <Menu.Root>
      <Menu.Trigger className="quote react" title={t("reaction.verb")}>
        <Icon name="smile" />
        <span className="sr-only">{t("reaction.verb")}</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} className="menu-place">
          <Menu.Popup className="menu reacting">
            {REACTIONS.map((emoji) => (
              <Menu.Item key={emoji} className={emoji === own ? "chosen" : ""} onClick={() => react(emoji)}>
                {emoji}
                {emoji === own && <span className="sr-only">{t("reaction.take_back")}</span>}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** The message it answers, and the way there. */
function Quote({ quoted, onJump }: { quoted: Message | undefined; onJump: () => void }) {
  const i18n = useI18n();
  return (
    <button type="button" className="quotation" onClick={onJump} title={i18n.t("message.jump")}>
      <span dir="auto">{quoted ? preview(quoted, i18n) : i18n.t("message.earlier")}</span>
    </button>
  );
}

/** Whose card says all of it. */
const SPEAKING: ReadonlySet<string> = new Set(["location", "contacts"]);

/** A message that the server does not have yet, shown at once and honest about it. */
export function LocalBubble({ send }: { send: LocalSend }) {
  const i18n = useI18n();
  const { t, clock } = i18n;
  const client = useQueryClient();
  const status = send.problem ? "failed" : "pending";
  return (
    <div className={`bubble out operator ${status}`}>
      <p className="author">
        <Icon name="human" />
        {t("author.you")}
      </p>
      {send.quoted && <blockquote dir="auto">{preview(send.quoted, i18n)}</blockquote>}
      {send.file && (
        <p className="kind">
          <Icon name="file" />
          <bdi>{send.file.name}</bdi>
        </p>
      )}
      {send.text && !SPEAKING.has(send.body.type ?? "text") && (
        <p className="text" dir="auto">
          {send.text}
        </p>
      )}
      {send.body.type === "location" && <PlaceCard payload={send.body} />}
      {send.body.type === "contacts" && <ContactCards payload={send.body} />}
      {send.body.type === "interactive" && <ChoiceCard payload={send.body} />}
      <p className="meta">
        {!send.problem && <span>{t("status.pending")}</span>}
        <Time at={send.createdAt}>{clock(send.createdAt)}</Time>
        <Tick status={status} />
      </p>
      {send.problem && (
        <Failed reason={sentence(send.problem, i18n)}>
          <div className="buttons start">
            <button type="button" onClick={() => sendAgain(client, send)}>
              {t("try_again")}
            </button>
            <button type="button" onClick={() => discardSend(send)}>
              {t("message.discard")}
            </button>
          </div>
        </Failed>
      )}
    </div>
  );
}

function Reactions({ customer, own }: Message["reactions"]) {
  const { t } = useI18n();
  if (!customer && !own) return null;
  const reaction = (emoji: string, words: string) => (
    <span>
      {emoji}
      <span className="sr-only">{words}</span>
    </span>
  );
  return (
    <p className="reactions">
      {customer && reaction(customer, t("reaction.customer"))}
      {own && reaction(own, t("reaction.own"))}
    </p>
  );
}

/** Why it did not leave or arrive, and what Meta said of it, folded away. */
function WhyNot({ error }: { error: Message["error"] }) {
  const { t, said } = useI18n();
  const why = (error ?? {}) as { message?: string; code?: number; details?: string; fbtrace_id?: string };
  const meta = [
    why.details,
    why.code !== undefined && t("meta_code", { code: String(why.code) }),
    why.fbtrace_id,
  ].filter(Boolean);
  return (
    <Failed reason={said(why.message ?? "")}>
      {meta.length > 0 && (
        <details>
          <summary>{t("meta_said")}</summary>
          <p dir="auto">{meta.join(" · ")}</p>
        </details>
      )}
    </Failed>
  );
}

function Failed({ reason, children }: { reason: string; children: ReactNode }) {
  const { t } = useI18n();
  return (
    <div className="failure">
      <p>
        <strong>{t("message.failed")}</strong> <bdi>{reason}</bdi>
      </p>
      {children}
    </div>
  );
}
