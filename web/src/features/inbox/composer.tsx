import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import {
  type ClipboardEvent,
  type DragEvent,
  type FormEvent,
  type KeyboardEvent,
  lazy,
  Suspense,
  useContext,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { usePermissions } from "../../api/roles.ts";
import { putCursor } from "../../components/focus.ts";
import { Icon } from "../../components/icon.tsx";
import { Time, useTicking } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { bodiesOf } from "./attach.ts";
import { Tray, useAttach } from "./attachments.tsx";
import { useCanned } from "./canned-offers.tsx";
import { draftOf, keepDraft } from "./drafts.ts";
import { inserted } from "./emoji.ts";
import { ExtraMenu } from "./extra-menu.tsx";
import type { Conversation, Message } from "./model.ts";
import { NoteWriting } from "./note-writing.tsx";
import { contactName, preview } from "./people.ts";
import { CustomerLanguage, useReplying } from "./reading.ts";
import { type Original, sendBody, sendText } from "./sends.ts";
import { Suggestion, useSuggestion } from "./suggestion.tsx";
import { tellTyping } from "./typing.ts";
import { TypingLine } from "./typing-line.tsx";
import { forget, type Upload, useUploads } from "./uploads.ts";
import { isWindowOpen } from "./window.ts";

const EmojiPicker = lazy(() => import("./emoji-picker.tsx"));
const ReplyPreview = lazy(() => import("./reply-preview.tsx"));
const ReplySwitch = lazy(async () => ({ default: (await import("./translate-switch.tsx")).ReplySwitch }));
const TemplateDialog = lazy(() => import("./template-dialog.tsx"));

const LONGEST = 4096;
const COUNT_MS = 20_000;
/** When so little of the window is left, the composer says so. */
const SOON_MS = 3_600_000;

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
  const customer = useContext(CustomerLanguage);
  return (
    <div className={`writing ${isNoting ? "note" : control}`}>
      <div className="writing-head">
        {mayReply && <Whom isNoting={isNoting} onNoting={onNoting} />}
        <TypingLine conversationId={id} />
        {mayReply && !isNoting && customer && (
          <Suspense>
            <ReplySwitch conversationId={id} />
          </Suspense>
        )}
      </div>
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
    // Behind what is written already.
    setText([text.trim(), suggestion].filter(Boolean).join("\n"));
    drop();
  };
  return (
    <>
      {suggestion && <Suggestion text={suggestion} onTake={take} onDrop={drop} />}
      <WhyClosed conversation={conversation} mayReply={mayReply} />
      {mayReply && !isWindowOpen(conversation) && <TemplateButton conversation={conversation} />}
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
  const uploads = useUploads(conversation.id);
  const attach = useAttach(conversation.id);
  const smile = useRef<HTMLButtonElement>(null);
  const [picksEmoji, setPicksEmoji] = useState(false);
  const [isOver, setIsOver] = useState(false);
  // A file that is still on its way, or did not get there, is not left behind unseen.
  const isWhole = uploads.every(({ media }) => media);
  const canSend = mayWrite && isWhole && (text.trim() !== "" || uploads.length > 0);
  const canned = useCanned({ input, conversation, text, onText: write });
  const customer = useContext(CustomerLanguage);
  const [isTranslating] = useReplying(conversation.id, customer);
  const [asked, setAsked] = useState<string | null>(null);
  // What has changed since is looked at anew.
  function write(next: string) {
    setAsked(null);
    onText(next);
  }
  function send(event?: FormEvent) {
    event?.preventDefault();
    const body = text.trim();
    if (!canSend) return;
    if (isTranslating && body) setAsked(body);
    else deliver(body);
  }
  function deliver(body: string, original?: Original) {
    write("");
    if (uploads.length === 0) sendText(client, conversation.id, body, quoted, original);
    else sendFiles(client, conversation.id, uploads, body, quoted, original);
    onSent();
    input.current?.focus();
  }
  function insert(emoji: string) {
    const field = input.current;
    const next = inserted(text, emoji, field?.selectionStart ?? text.length, field?.selectionEnd ?? text.length);
    putCursor(field, next.at, () => {
      write(next.text);
      setPicksEmoji(false);
    });
  }
  const pasted = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    attach(files);
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    if (mayWrite) attach([...event.dataTransfer.files]);
  };
  const draggedOver = (event: DragEvent) => {
    if (!mayWrite || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setIsOver(true);
  };
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
    <>
      {asked && isTranslating && customer && (
        <Suspense>
          <ReplyPreview
            key={asked}
            conversationId={conversation.id}
            text={asked}
            language={customer}
            onSend={deliver}
            onBack={() => {
              setAsked(null);
              input.current?.focus();
            }}
          />
        </Suspense>
      )}
      <form
        className={isOver ? "composer over" : "composer"}
        onSubmit={send}
        onDragOver={draggedOver}
        onDragLeave={() => setIsOver(false)}
        onDrop={dropped}
      >
        {canned.list}
        <Tray conversationId={conversation.id} />
        <ExtraMenu conversation={conversation} isDisabled={!mayWrite} />
        <button
          ref={smile}
          type="button"
          className="plain"
          disabled={!mayWrite}
          title={t("emoji.verb")}
          aria-expanded={picksEmoji}
          onClick={() => setPicksEmoji(!picksEmoji)}
        >
          <Icon name="smile" />
          <span className="sr-only">{t("emoji.verb")}</span>
        </button>
        {picksEmoji && (
          <Suspense>
            <EmojiPicker anchor={smile} field={input} onPick={insert} onClose={() => setPicksEmoji(false)} />
          </Suspense>
        )}
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
            write(target.value);
            tellTyping(conversation.id, "reply");
            canned.follow();
          }}
          onSelect={canned.follow}
          onKeyDown={pressed}
          onPaste={pasted}
        />
        <button type="submit" className="main" disabled={!canSend}>
          <Icon name="send" />
          <span>{t("composer.send")}</span>
        </button>
      </form>
    </>
  );
}

/** What may still be sent when the window is closed. */
function TemplateButton({ conversation }: { conversation: Conversation }) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className="buttons start">
      <button type="button" className="main" onClick={() => setIsOpen(true)}>
        <Icon name="template" />
        {t("templates.send")}
      </button>
      {isOpen && (
        <Suspense>
          <TemplateDialog conversation={conversation} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Each file is a message of its own; the quote goes with the first. */
function sendFiles(
  client: QueryClient,
  id: string,
  uploads: Upload[],
  text: string,
  quoted: Message | null,
  original?: Original,
) {
  const whole = uploads.flatMap(({ key, file, kind, media }) => (media ? [{ key, file, kind, id: media.id }] : []));
  bodiesOf(whole, text).forEach((body, index) => {
    const file = whole.find((it) => it.id === (body["media"] as { id?: string } | undefined)?.id)?.file ?? null;
    const words = body.text ?? body["caption"];
    const shown = typeof words === "string" ? words : "";
    const said = shown && original ? { ...body, original } : body;
    sendBody(client, id, said, { text: shown, file, quoted: index === 0 ? quoted : null });
  });
  forget(
    id,
    whole.map(({ key }) => key),
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
  const { t, moment, timeLeft } = useI18n();
  const closesAt = conversation.window.closes_at;
  const isClosing = closesAt != null && Date.parse(closesAt) - Date.now() < SOON_MS;
  if (!mayReply)
    return (
      <p className="closed" id="composer-closed">
        {t("composer.viewer")}
      </p>
    );
  if (isWindowOpen(conversation))
    return (
      <p className="closed" id="composer-closed">
        {closesAt && isClosing && t("composer.closing", { left: timeLeft(closesAt) })}
      </p>
    );
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
