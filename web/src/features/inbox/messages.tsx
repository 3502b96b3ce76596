import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { messagesQuery, notesQuery, toolCallsQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { Failure } from "../../components/failure.tsx";
import { Time } from "../../components/time.tsx";
import { announce, toast } from "../../components/toast.tsx";
import { loadStudioTexts, useI18n } from "../../i18n/provider.tsx";
import { Bubble, LocalBubble } from "./bubble.tsx";
import { type Entry, entriesOf, isNewDay } from "./entries.ts";
import { Memo } from "./memo.tsx";
import type { Conversation, Message } from "./model.ts";
import { authorWord, contactName, controlReason, kindWord, preview } from "./people.ts";
import { useSends } from "./sends.ts";
import { type ThreadVirtualizer, useOnSent, usePrinting, useReadingPlace, useThreadList } from "./thread-list.ts";
import { isWindowOpen } from "./window.ts";

// With its texts, which come with the bot studio.
const ToolCallEntry = lazy(async () => (await Promise.all([import("./tool-call.tsx"), loadStudioTexts()]))[0]);

const NO_ENTRIES: Entry[] = [];

interface Props {
  conversation: Conversation;
  onQuote: ((message: Message) => void) | undefined;
}

/** The messages of a conversation; news never moves what the eye is reading. */
export function Messages({ conversation, onQuote }: Props) {
  const { t, day } = useI18n();
  const { id } = conversation;
  const { at } = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const query = useInfiniteQuery(messagesQuery(id, at));
  const sends = useSends(id);
  const { data: notes } = useQuery(notesQuery(id));
  const { data: calls } = useQuery(toolCallsQuery(id));
  const { data } = query;
  const entries = useMemo(
    () => (data ? entriesOf(data, conversation, sends, notes?.items, calls?.items) : NO_ENTRIES),
    [data, conversation, sends, notes, calls],
  );
  const mayRead = !query.isFetching && !query.isError;
  const scroller = useRef<HTMLElement>(null);
  const { list, margin, places, virtualizer } = useThreadList(entries, scroller);
  const { unseen, toEnd, scrolled } = useReadingPlace({
    entries,
    at,
    places,
    scroller,
    virtualizer,
    onNearStart: () => mayRead && query.hasNextPage && query.fetchNextPage(),
    onNearEnd: () => mayRead && query.hasPreviousPage && query.fetchPreviousPage(),
  });
  const toNewest = () => navigate({ to: ".", search: (search) => ({ ...search, at: undefined }), replace: true });
  useOnSent(sends, () => at && toNewest());
  useAnnouncements(entries, conversation, at);
  const quotedBy = useMemo(() => quotable(entries), [entries]);
  const { jump, reached } = useJump(places, virtualizer, quotedBy, query, () => toast(t("message.jump_lost")));
  const isPrinting = usePrinting();
  const all = { conversation, quotedBy, onQuote, onJump: jump };
  const row = (index: number, top: number | undefined) => {
    const entry = entries[index];
    if (!entry) return null;
    const next = entries[index + 1];
    return (
      <li
        key={entry.key}
        ref={top === undefined ? undefined : virtualizer.measureElement}
        data-index={index}
        data-key={entry.key}
        aria-posinset={index + 1}
        aria-setsize={entries.length}
        style={{ top }}
      >
        <EntryItem {...all} entry={entry} isFound={entry.key === at} isReached={entry.key === reached} />
        {next && isNewDay(entry, next) && <p className="day">{day(next.at)}</p>}
      </li>
    );
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
        {data && <Earlier query={query} />}
        {entries[0] && <p className="day">{day(entries[0].at)}</p>}
        {isPrinting ? (
          <ol className="messages">{entries.map((_, index) => row(index, undefined))}</ol>
        ) : (
          <ol className="messages drawn" ref={list} style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map(({ index, start }) => row(index, start - margin))}
          </ol>
        )}
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
        <button type="button" className="newer" onClick={toNewest}>
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

interface Earlier {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  data: { pages: unknown[] } | undefined;
}

/** What was before is read when one comes near; the button is for who is there already. As high when nothing was. */
function Earlier({ query: { hasNextPage, isFetchingNextPage, fetchNextPage, data } }: { query: Earlier }) {
  const { t } = useI18n();
  if (!hasNextPage && data?.pages.length === 1) return null;
  return (
    <div className="earlier">
      {hasNextPage ? (
        <button type="button" className="older" onClick={() => fetchNextPage()} disabled={isFetchingNextPage}>
          {t("messages.older")}
        </button>
      ) : (
        <p className="soft">{t("messages.first")}</p>
      )}
    </div>
  );
}

interface ItemProps extends Props {
  entry: Entry;
  quotedBy: Map<string, Message>;
  onJump: (wamid: string) => void;
  /** Whether it is the one a search led to. */
  isFound: boolean;
  /** Whether one has just come here from a message that quotes it. */
  isReached: boolean;
}

function EntryItem({ entry, conversation, quotedBy, onQuote, onJump, isFound, isReached }: ItemProps) {
  const i18n = useI18n();
  if (entry.kind === "note") return <Note at={entry.at} text={controlReason(conversation, i18n) ?? ""} />;
  if (entry.kind === "memo") return <Memo memo={entry.memo} />;
  if (entry.kind === "call")
    return (
      <Suspense>
        <ToolCallEntry call={entry.call} />
      </Suspense>
    );
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
      isFound={isFound}
      isReached={isReached}
    />
  );
}

/** A line in the middle, for what nobody said. */
function Note({ text, at }: { text: string; at: string }) {
  const { clock } = useI18n();
  return (
    <p className="note">
      <bdi>{text}</bdi> · <Time at={at}>{clock(at)}</Time>
    </p>
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

interface Reading {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Goes to a message, which may first have to be read. */
function useJump(
  places: Map<string, number>,
  virtualizer: ThreadVirtualizer,
  quotedBy: Map<string, Message>,
  { hasNextPage, isFetchingNextPage, fetchNextPage }: Reading,
  onLost: () => void,
) {
  const [wanted, setWanted] = useState<{ wamid: string; pages: number } | null>(null);
  const [reached, setReached] = useState<string | null>(null);
  const lost = useRef(onLost);
  lost.current = onLost;
  useEffect(() => {
    if (!wanted || isFetchingNextPage) return;
    const target = quotedBy.get(wanted.wamid);
    const place = target && places.get(target.id);
    if (place !== undefined) {
      setWanted(null);
      setReached(target?.id ?? null);
      virtualizer.scrollToIndex(place, { align: "center" });
    } else if (hasNextPage && wanted.pages < JUMP_PAGES) {
      setWanted({ ...wanted, pages: wanted.pages + 1 });
      fetchNextPage();
    } else {
      setWanted(null);
      lost.current();
    }
  }, [wanted, places, virtualizer, quotedBy, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    if (!reached) return;
    const timer = setTimeout(() => setReached(null), FLASH_MS);
    return () => clearTimeout(timer);
  }, [reached]);
  return { jump: useCallback((wamid: string) => setWanted({ wamid, pages: 0 }), []), reached };
}

/** Says what has just been said, for who cannot see it; not what was said long ago, when one reads on from there. */
function useAnnouncements(entries: Entry[], { contact }: Conversation, at: string | undefined) {
  const i18n = useI18n();
  const { user } = useSession();
  const last = useRef<{ at: string | undefined; key: string } | null>(null);
  useEffect(() => {
    const newest = entries.findLast((entry) => entry.kind === "message");
    if (newest?.kind !== "message") return;
    const before = last.current;
    last.current = { at, key: newest.key };
    const isNew = before && before.at === at && !at && before.key !== newest.key;
    if (!isNew || newest.message.person_id === user.id) return;
    const who = authorWord(newest.message, contactName(contact, i18n.t), user.id, i18n);
    announce(`${who}: ${preview(newest.message, i18n)}`);
  }, [entries, contact, i18n, user.id, at]);
}
