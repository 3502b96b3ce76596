import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { searchQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { Failure } from "../../components/failure.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKeys } from "../../components/keys.ts";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ConversationRow } from "./conversation-row.tsx";
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
    } else if (event.key === "ArrowDown" || event.key === "Enter") firstRow()?.focus();
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

const firstRow = () => document.querySelector<HTMLElement>(".list .row, .list .hit");

/** What was found, in place of the list. */
export function SearchResults({ q, openId }: { q: string; openId: string | undefined }) {
  const { t } = useI18n();
  const query = useInfiniteQuery(searchQuery(q));
  useResultKeys();
  if (query.error) return <Failure problem={query.error} retry={query.refetch} />;
  const pages = query.data?.pages;
  if (!pages) return null;
  const conversations = pages[0]?.conversations ?? [];
  const hits = pages.flatMap((page) => page.messages);
  return (
    <section className="rows found" aria-label={t("search.found")}>
      <p className="sr-only" role="status">
        {t("search.count", { customers: conversations.length, messages: hits.length })}
      </p>
      {conversations.length + hits.length === 0 && <p className="empty">{t("search.nothing")}</p>}
      {conversations.length > 0 && <h2>{t("search.customers")}</h2>}
      {conversations.map((it) => (
        <ConversationRow key={it.id} conversation={it} isOpen={it.id === openId} selection={null} />
      ))}
      {hits.length > 0 && <h2>{t("search.messages")}</h2>}
      {hits.map((hit) => (
        <Hit key={hit.message_id} hit={hit} />
      ))}
      {query.hasNextPage && (
        <button type="button" className="more" disabled={query.isFetching} onClick={() => query.fetchNextPage()}>
          {t("more")}
        </button>
      )}
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

/** j and k, and the arrows, move through what was found. */
function useResultKeys() {
  const move = (step: number) => {
    const all = [...document.querySelectorAll<HTMLElement>(".found .row, .found .hit")];
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
  });
}
