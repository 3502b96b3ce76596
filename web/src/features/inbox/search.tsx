import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { searchQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { Failure } from "../../components/failure.tsx";
import { focusWhenDrawn } from "../../components/focus.ts";
import { Icon } from "../../components/icon.tsx";
import { useKeys } from "../../components/keys.ts";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ConversationRow } from "./conversation-row.tsx";
import type { Conversation } from "./model.ts";
import { authorWord, contactName } from "./people.ts";

const PAUSE_MS = 150;

/** Where one looks for customers and for what was said. `/` leads here. */
export function SearchBox() {
  const { t } = useI18n();
  const search = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.q ?? "");
  const look = (q: string) => navigate({ to: ".", search: { ...search, q: q.trim() || undefined }, replace: true });
  const latest = useRef(look);
  latest.current = look;
  // What one types is looked for when one pauses.
  useEffect(() => {
    const timer = setTimeout(() => latest.current(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  // Left by a link, it is empty.
  useEffect(() => {
    if (search.q === undefined && document.activeElement !== input.current) setText("");
  }, [search.q]);
  useKeys({ "/": () => input.current?.focus() });
  function pressed(event: KeyboardEvent) {
    if (event.key === "Escape") {
      setText("");
      input.current?.blur();
    } else if (event.key === "ArrowDown" || event.key === "Enter") toFirstRow();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div className="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label={t("search.label")}
        aria-keyshortcuts="/"
        placeholder={t("search.placeholder")}
        value={text}
        dir="auto"
        onChange={({ target }) => setText(target.value)}
        onKeyDown={pressed}
      />
    </div>
  );
}

/** The first of what was found, or of the list, also when one has scrolled on. */
function toFirstRow() {
  const rows = document.querySelector(".list .rows");
  rows?.scrollTo(0, 0);
  focusWhenDrawn(() => document.querySelector<HTMLElement>(".list .row, .list .hit"));
}

type Found =
  | { kind: "heading"; key: string; words: string }
  | { kind: "conversation"; key: string; conversation: Conversation }
  | { kind: "hit"; key: string; hit: Schemas["HitBody"] };

const HEIGHTS = { heading: 36, conversation: 88, hit: 74 };
const OVERSCAN = 8;

/** What was found, in place of the list. */
export function SearchResults({ q, openId }: { q: string; openId: string | undefined }) {
  const { t } = useI18n();
  const query = useInfiniteQuery(searchQuery(q));
  const pages = query.data?.pages;
  const conversations = pages?.[0]?.conversations ?? [];
  const hits = pages?.flatMap((page) => page.messages) ?? [];
  if (query.error) return <Failure problem={query.error} retry={query.refetch} />;
  if (!pages) return null;
  const heading = (key: string, words: string): Found[] => [{ kind: "heading", key, words }];
  const found: Found[] = [
    ...(conversations.length > 0 ? heading("customers", t("search.customers")) : []),
    ...conversations.map((it): Found => ({ kind: "conversation", key: it.id, conversation: it })),
    ...(hits.length > 0 ? heading("messages", t("search.messages")) : []),
    ...hits.map((hit): Found => ({ kind: "hit", key: hit.message_id, hit })),
  ];
  return (
    <>
      <p className="sr-only" role="status">
        {t("search.count", { customers: conversations.length, messages: hits.length })}
      </p>
      <FoundRows
        key={q}
        found={found}
        openId={openId}
        onEnd={() => query.hasNextPage && !query.isFetching && query.fetchNextPage()}
      />
    </>
  );
}

interface FoundProps {
  found: Found[];
  openId: string | undefined;
  onEnd: () => void;
}

function FoundRows({ found, openId, onEnd }: FoundProps) {
  const { t } = useI18n();
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => HEIGHTS[found[index]?.kind ?? "hit"],
    overscan: OVERSCAN,
    getItemKey: (index) => found[index]?.key ?? index,
  });
  const shown = virtualizer.getVirtualItems();
  const isAtEnd = found.length > 0 && (shown.at(-1)?.index ?? -1) >= found.length - 1;
  useEffect(() => {
    if (isAtEnd) onEnd();
  }, [isAtEnd, onEnd]);
  useFoundKeys(found, openId, (index) => virtualizer.scrollToIndex(index));
  return (
    <section className="rows found" ref={scroller} aria-label={t("search.found")}>
      {found.length === 0 && <p className="empty">{t("search.nothing")}</p>}
      <div className="drawn" style={{ height: virtualizer.getTotalSize() }}>
        {shown.map(({ index, key, start }) => {
          const it = found[index];
          return (
            it && (
              <div key={key} data-index={index} ref={virtualizer.measureElement} style={{ top: start }}>
                {it.kind === "heading" && <h2>{it.words}</h2>}
                {it.kind === "conversation" && (
                  <ConversationRow
                    conversation={it.conversation}
                    isOpen={it.conversation.id === openId}
                    selection={null}
                  />
                )}
                {it.kind === "hit" && <Hit hit={it.hit} />}
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

/** A message found: who said it to whom, and the words where they stand. */
function Hit({ hit }: { hit: Schemas["HitBody"] }) {
  const i18n = useI18n();
  const { user } = useSession();
  const { conversation, excerpt } = hit;
  const name = contactName(conversation.contact, i18n.t);
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: conversation.id }}
      search={(search) => ({ ...search, at: hit.message_id })}
      className="hit"
      data-id={hit.message_id}
      preload={false}
    >
      <span className="line">
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <Time at={hit.created_at}>{i18n.ago(hit.created_at)}</Time>
      </span>
      <span className="excerpt" dir="auto">
        {hit.author !== "customer" && (
          <span className="who">{authorWord({ ...hit, person_id: hit.person_id }, name, user.id, i18n)}: </span>
        )}
        {pieceKeys(excerpt).map(({ at, text, hit: isHit }) => (isHit ? <mark key={at}>{text}</mark> : text))}
      </span>
    </Link>
  );
}

function pieceKeys(pieces: Schemas["PieceBody"][]) {
  let at = 0;
  return pieces.map((piece) => {
    const from = at;
    at += piece.text.length;
    return { at: from, ...piece };
  });
}

/** j and k, and the arrows, move through what was found, from the one that is open on. Esc leads back to the words. */
function useFoundKeys(found: Found[], openId: string | undefined, scrollTo: (index: number) => void) {
  const { at } = useSearch({ from: "/app/inbox" });
  function move(step: 1 | -1) {
    const focused = document.activeElement?.closest(".found [data-id]")?.getAttribute("data-id");
    const from = found.findIndex(({ key }) => key === (focused ?? at ?? openId));
    const rest = step > 0 ? found.slice(from + 1) : found.slice(0, Math.max(from, 0)).reverse();
    const next = rest.find(({ kind }) => kind !== "heading");
    if (!next) return;
    const element = () => document.querySelector<HTMLElement>(`.found [data-id="${CSS.escape(next.key)}"]`);
    scrollTo(found.indexOf(next));
    focusWhenDrawn(element);
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Escape: () => document.querySelector<HTMLElement>(".search input")?.focus(),
  });
}
