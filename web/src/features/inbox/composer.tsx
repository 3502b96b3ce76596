import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { usePermissions } from "../../api/roles.ts";
import { Icon } from "../../components/icon.tsx";
import { Time, useTicking } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { useCanned } from "./canned-offers.tsx";
import { draftOf, keepDraft } from "./drafts.ts";
import type { Conversation, Message } from "./model.ts";
import { NoteWriting } from "./note-writing.tsx";
import { contactName, preview } from "./people.ts";
import { sendText } from "./sends.ts";
import { Suggestion, useSuggestion } from "./suggestion.tsx";
import { isWindowOpen } from "./window.ts";

const LONGEST = 4096;
const COUNT_MS = 20_000;

interface Props {
  conversation: Conversation;
  quoted: Message | null;
  onQuoteDropped: () => void;
  /** A note to colleagues is being written, not a message. */
  isNoting: boolean;
  onNoting: (isNoting: boolean) => void;
}

/** Where one writes, to the customer or to colleagues: which of the two is unmistakable. */
export function Composer({ isNoting, onNoting, ...props }: Props) {
  const { mayReply } = usePermissions();
  const { id, control } = props.conversation;
  return (
    <div className={`writing ${isNoting ? "note" : control}`}>
      {mayReply && <Whom isNoting={isNoting} onNoting={onNoting} />}
      {isNoting ? <NoteWriting conversationId={id} /> : <Replying {...props} />}
    </div>
  );
}

function Whom({ isNoting, onNoting }: Pick<Props, "isNoting" | "onNoting">) {
  const { t } = useI18n();
  return (
    // biome-ignore lint/a11y/useSemanticElements: two buttons of which one is pressed
    <div className="whom" role="group" aria-label={t("composer.whom")}>
      <button type="button" aria-pressed={!isNoting} aria-keyshortcuts="R" onClick={() => onNoting(false)}>
        <Icon name="reply" />
        {t("composer.reply")}
      </button>
      <button type="button" aria-pressed={isNoting} aria-keyshortcuts="N" onClick={() => onNoting(true)}>
        <Icon name="note" />
        {t("composer.note")}
      </button>
    </div>
  );
}

/** A message to the customer. The frame has the colour of who is in control. */
function Replying({ conversation, quoted, onQuoteDropped }: Omit<Props, "isNoting" | "onNoting">) {
  useTicking(COUNT_MS);
  const { mayReply } = usePermissions();
  const mayWrite = mayReply && isWindowOpen(conversation);
  const [suggestion, dropSuggestion] = useSuggestion(conversation, mayWrite);
  const [text, setText] = useDraft(conversation.id);
  const input = useRef<HTMLTextAreaElement>(null);
  const drop = () => {
    dropSuggestion();
    input.current?.focus();
  };
  const take = () => {
    setText(suggestion ?? "");
    drop();
  };
  return (
    <>
      {suggestion && <Suggestion text={suggestion} onTake={take} onDrop={drop} />}
      <WhyClosed conversation={conversation} mayReply={mayReply} />
      {quoted && <Quoted message={quoted} onDrop={onQuoteDropped} />}
      <Writing
        input={input}
        conversation={conversation}
        mayWrite={mayWrite}
        text={text}
        onText={setText}
        quoted={quoted}
        onSent={onQuoteDropped}
        suggestion={suggestion ? { take, drop } : null}
      />
    </>
  );
}

function useDraft(id: string) {
  const [text, setText] = useState(() => draftOf(id));
  const set = (next: string) => {
    keepDraft(id, next);
    setText(next);
  };
  return [text, set] as const;
}

interface WritingProps {
  input: React.RefObject<HTMLTextAreaElement | null>;
  conversation: Conversation;
  mayWrite: boolean;
  text: string;
  onText: (text: string) => void;
  quoted: Message | null;
  onSent: () => void;
  suggestion: { take: () => void; drop: () => void } | null;
}

function Writing({ input, conversation, mayWrite, text, onText, quoted, onSent, suggestion }: WritingProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  useGrowing(input, text);
  const canned = useCanned({ input, conversation, text, onText });
  function send(event?: FormEvent) {
    event?.preventDefault();
    const body = text.trim();
    if (!body || !mayWrite) return;
    onText("");
    sendText(client, conversation.id, body, quoted);
    onSent();
    input.current?.focus();
  }
  function pressed(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || canned.pressed(event)) return;
    if (event.key === "Enter" && !event.shiftKey) send();
    else if (event.key === "Tab" && !event.shiftKey && suggestion && !text) suggestion.take();
    else if (event.key === "Escape" && suggestion) suggestion.drop();
    else if (event.key === "Escape") input.current?.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const placeholder = t(conversation.control === "ai" ? "composer.takes_over" : "composer.placeholder");
  return (
    <form className="composer" onSubmit={send}>
      {canned.list}
      <textarea
        {...canned.field}
        id="composer"
        ref={input}
        aria-label={t("composer.label")}
        aria-describedby={suggestion ? "suggestion" : "composer-closed"}
        placeholder={mayWrite ? placeholder : ""}
        rows={1}
        dir="auto"
        maxLength={LONGEST}
        enterKeyHint="send"
        disabled={!mayWrite}
        value={text}
        onChange={({ target }) => {
          onText(target.value);
          canned.follow();
        }}
        onSelect={canned.follow}
        onKeyDown={pressed}
      />
      <button type="submit" className="main" disabled={!mayWrite || text.trim() === ""}>
        <Icon name="send" />
        <span>{t("composer.send")}</span>
      </button>
    </form>
  );
}

/** As high as what is written, up to the stylesheet's limit. */
function useGrowing(input: React.RefObject<HTMLTextAreaElement | null>, text: string) {
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
  }, [input, text]);
}

/** Why one may not write, since when, and what would change it. */
function WhyClosed({ conversation, mayReply }: { conversation: Conversation; mayReply: boolean }) {
  const { t, moment } = useI18n();
  const closesAt = conversation.window.closes_at;
  if (!mayReply)
    return (
      <p className="closed" id="composer-closed">
        {t("composer.viewer")}
      </p>
    );
  if (isWindowOpen(conversation)) return <p className="closed" id="composer-closed" />;
  return (
    <p className="closed" id="composer-closed" role="status">
      {closesAt && (
        <>
          {t("composer.closed")} <Time at={closesAt}>{moment(closesAt)}</Time>.{" "}
        </>
      )}
      {t("composer.closed_until", { name: contactName(conversation.contact, t) })}
    </p>
  );
}

function Quoted({ message, onDrop }: { message: Message; onDrop: () => void }) {
  const i18n = useI18n();
  return (
    <div className="quoted">
      <Icon name="reply" />
      <p dir="auto">{preview(message, i18n)}</p>
      <button type="button" className="plain" title={i18n.t("message.quote_drop")} onClick={onDrop}>
        <Icon name="close" />
        <span className="sr-only">{i18n.t("message.quote_drop")}</span>
      </button>
    </div>
  );
}
