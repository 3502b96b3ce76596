import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { messagesQuery, notesQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { Failure } from "../../components/failure.tsx";
import { Time } from "../../components/time.tsx";
import { announce, toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { Bubble, LocalBubble } from "./bubble.tsx";
import { type Entry, entriesOf } from "./entries.ts";
import { Memo } from "./memo.tsx";
import type { Conversation, Message } from "./model.ts";
import { authorWord, contactName, controlReason, kindWord, preview } from "./people.ts";
import { useSends } from "./sends.ts";
import { isWindowOpen } from "./window.ts";

const NEAR_END_PX = 80;
const NO_ENTRIES: Entry[] = [];

interface Props {
  conversation: Conversation;
  onQuote: ((message: Message) => void) | undefined;
}

/** The messages of a conversation; news never moves what the eye is reading. */
export function Messages({ conversation, onQuote }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const { id } = conversation;
  const { at } = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const query = useInfiniteQuery(messagesQuery(id, at));
  const sends = useSends(id);
  const { data: notes } = useQuery(notesQuery(id));
  const { data } = query;
  const entries = useMemo(
    () => (data ? entriesOf(data, conversation, sends, notes?.items) : NO_ENTRIES),
    [data, conversation, sends, notes],
  );
  const { scroller, unseen, toEnd, keepPlace, scrolled } = useReadingPlace(entries, at);
  useAnnouncements(entries, conversation);
  const quotedBy = useMemo(() => quotable(entries), [entries]);
  const jump = useJump(scroller, quotedBy, query, () => toast(t("message.jump_lost")));
  const loadOlder = () => {
    keepPlace();
    query.fetchNextPage();
  };
  return (
    <div className="messages-pane">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroller" ref={scroller} tabIndex={0} aria-label={t("thread.messages")} onScroll={scrolled}>
        <h2 className="print-head">
          {t("print.head", {
            name: contactName(conversation.contact, t),
            number: conversation.number.display_phone_number,
          })}
        </h2>
        {query.isError && <Failure problem={query.error} retry={() => query.refetch()} />}
        {query.hasNextPage && (
          <button type="button" className="older" onClick={loadOlder} disabled={query.isFetchingNextPage}>
            {t("messages.older")}
          </button>
        )}
        <ol className="messages">
          {entries.map((entry) => (
            <EntryItem
              key={entry.key}
              entry={entry}
              conversation={conversation}
              quotedBy={quotedBy}
              onQuote={onQuote}
              onJump={jump}
            />
          ))}
        </ol>
        {query.hasPreviousPage && (
          <button
            type="button"
            className="older later"
            onClick={() => query.fetchPreviousPage()}
            disabled={query.isFetchingPreviousPage}
          >
            {t("messages.later")}
          </button>
        )}
      </section>
      {at && (
        <button
          type="button"
          className="newer"
          onClick={() => navigate({ to: ".", search: (search) => ({ ...search, at: undefined }), replace: true })}
        >
          {t("messages.to_newest")}
        </button>
      )}
      {!at && unseen > 0 && (
        <button type="button" className="newer" onClick={toEnd}>
          {t("messages.newer", { count: unseen })}
        </button>
      )}
    </div>
  );
}

interface ItemProps extends Props {
  entry: Entry;
  quotedBy: Map<string, Message>;
  onJump: (wamid: string) => void;
}

function EntryItem({ entry, conversation, quotedBy, onQuote, onJump }: ItemProps) {
  const i18n = useI18n();
  if (entry.kind === "day") return <li className="day">{i18n.day(entry.at)}</li>;
  if (entry.kind === "note") return <Note at={entry.at} text={controlReason(conversation, i18n.t) ?? ""} />;
  if (entry.kind === "memo") return <Memo memo={entry.memo} />;
  if (entry.kind === "send") return <LocalBubble send={entry.send} />;
  const { message } = entry;
  if (message.type === "system") return <Note at={entry.at} text={message.text || kindWord("system", i18n)} />;
  const name = contactName(conversation.contact, i18n.t);
  const quoted = message.reply_to ? quotedBy.get(message.reply_to) : undefined;
  return (
    <Bubble
      message={message}
      name={name}
      quoted={quoted}
      onQuote={onQuote}
      mayReact={isWindowOpen(conversation)}
      onJump={onJump}
    />
  );
}

/** A line in the middle, for what nobody said. */
function Note({ text, at }: { text: string; at: string }) {
  const { clock } = useI18n();
  return (
    <li className="note">
      <bdi>{text}</bdi> · <Time at={at}>{clock(at)}</Time>
    </li>
  );
}

/** Messages by what a quote may call them. */
function quotable(entries: Entry[]): Map<string, Message> {
  const messages = entries.flatMap((entry) => (entry.kind === "message" ? [entry.message] : []));
  return new Map(messages.flatMap((it) => [[it.id, it] as const, ...(it.wamid ? [[it.wamid, it] as const] : [])]));
}

/** So many pages further back a message that was quoted is looked for. */
const JUMP_PAGES = 5;
const FLASH_MS = 1500;

/** Goes to a message, which may first have to be read. */
function useJump(
  scroller: RefObject<HTMLElement | null>,
  quotedBy: Map<string, Message>,
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown },
  onLost: () => void,
) {
  const [wanted, setWanted] = useState<{ wamid: string; pages: number } | null>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const lost = useRef(onLost);
  lost.current = onLost;
  useEffect(() => {
    if (!wanted || isFetchingNextPage) return;
    const target = quotedBy.get(wanted.wamid);
    const element = target && scroller.current?.querySelector<HTMLElement>(`[data-id="${target.id}"]`);
    if (element) {
      setWanted(null);
      element.scrollIntoView({ block: "center" });
      element.focus({ preventScroll: true });
      element.classList.add("flash");
      setTimeout(() => element.classList.remove("flash"), FLASH_MS);
    } else if (hasNextPage && wanted.pages < JUMP_PAGES) {
      setWanted({ ...wanted, pages: wanted.pages + 1 });
      fetchNextPage();
    } else {
      setWanted(null);
      lost.current();
    }
  }, [wanted, quotedBy, hasNextPage, isFetchingNextPage, fetchNextPage, scroller]);
  return useCallback((wamid: string) => setWanted({ wamid, pages: 0 }), []);
}

const lastKey = (entries: Entry[]) => entries.at(-1)?.key;

/** Stays at the end where one is at the end, and where one is reading otherwise; counts what is new below. */
function useReadingPlace(entries: Entry[], at: string | undefined) {
  const scroller = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const fromEnd = useRef<number | null>(null);
  const known = useRef<Entry[]>(NO_ENTRIES);
  const found = useRef<string | undefined>(undefined);
  const [unseen, setUnseen] = useState(0);

  function toEnd() {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    setUnseen(0);
  }

  useLayoutEffect(() => {
    const element = scroller.current;
    const before = known.current;
    known.current = entries;
    if (!element || entries === before) return;
    if (at && found.current !== at) {
      // The message one has found, in the middle; then one reads on from there.
      const message = element.querySelector(`[data-id="${CSS.escape(at)}"]`);
      if (!message) return;
      found.current = at;
      isAtEnd.current = false;
      message.scrollIntoView({ block: "center" });
      message.classList.add("found");
      return;
    }
    if (!at && found.current) {
      found.current = undefined;
      isAtEnd.current = true;
    }
    const isOwn = entries.at(-1)?.kind === "send" && lastKey(entries) !== lastKey(before);
    if (fromEnd.current !== null && entries.length > before.length && lastKey(entries) === lastKey(before)) {
      element.scrollTop = element.scrollHeight - fromEnd.current;
      fromEnd.current = null;
    } else if (isAtEnd.current || isOwn) {
      element.scrollTop = element.scrollHeight;
    } else if (before.length > 0) {
      const keys = new Set(before.map((entry) => entry.key));
      const news = entries.filter(
        (entry) => (entry.kind === "message" || entry.kind === "memo") && !keys.has(entry.key),
      ).length;
      setUnseen((count) => count + news);
    }
  }, [entries, at]);

  useEndKept(scroller, isAtEnd);

  function scrolled() {
    const element = scroller.current;
    if (!element) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (isAtEnd.current) setUnseen(0);
  }

  function keepPlace() {
    const element = scroller.current;
    if (element) fromEnd.current = element.scrollHeight - element.scrollTop;
  }

  return { scroller, unseen, toEnd, keepPlace, scrolled };
}

/** A window that shrinks, as for a keyboard on the screen, must not hide what was said last. */
function useEndKept(scroller: RefObject<HTMLElement | null>, isAtEnd: RefObject<boolean>) {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, isAtEnd]);
}

/** Says what has just been said, for who cannot see it. */
function useAnnouncements(entries: Entry[], { contact }: Conversation) {
  const i18n = useI18n();
  const { user } = useSession();
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    const newest = entries.findLast((entry) => entry.kind === "message");
    const isNew = last.current !== undefined && newest && newest.key !== last.current;
    last.current = newest?.key ?? last.current;
    if (!isNew || newest.kind !== "message" || newest.message.person_id === user.id) return;
    const who = authorWord(newest.message, contactName(contact, i18n.t), user.id, i18n);
    announce(`${who}: ${preview(newest.message, i18n)}`);
  }, [entries, contact, i18n, user.id]);
}
