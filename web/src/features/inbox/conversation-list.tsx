import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { conversationsQuery, numbersQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { useSession } from "../../api/session.ts";
import { Failure } from "../../components/failure.tsx";
import { focusWhenDrawn } from "../../components/focus.ts";
import { useKeys } from "../../components/keys.ts";
import { useTicking } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { ConversationRow } from "./conversation-row.tsx";
import { ListFilters } from "./list-filters.tsx";
import { type Conversation, conversationsOf, type ListFilter } from "./model.ts";
import { type Kind, OrganiseDialog } from "./organise-dialog.tsx";
import { SearchBox, SearchResults } from "./search.tsx";
import { type Selection, useSelection } from "./selection.ts";

const ROW_PX = 88;
const OVERSCAN = 8;
const TICK_MS = 30_000;
const NO_ROWS: Conversation[] = [];

/** The conversations: who is in control, who must act, what was said last. */
export function ConversationList({ openId }: { openId: string | undefined }) {
  const { t } = useI18n();
  const { mayReply } = usePermissions();
  const { q } = useSearch({ from: "/app/inbox" });
  const wanted = useWanted();
  const query = useInfiniteQuery(conversationsQuery(wanted));
  const sorted = useMemo(() => (query.data ? conversationsOf(query.data) : []), [query.data]);
  const { rows, newCount, hold, release } = useHeldOrder(sorted);
  const selection = useSelection(rows);
  const [asked, setAsked] = useState<Kind | null>(null);
  const isSelecting = selection.conversations.length > 0;
  // The open conversation's keys are the thread's; with rows selected, they are about those.
  useKeys({
    x: () => mayReply && toggleFocused(selection),
    a: () => isSelecting && setAsked("assign"),
    l: () => isSelecting && setAsked("label"),
    s: () => isSelecting && setAsked("snooze"),
  });
  return (
    <section className="list" aria-label={t("list.label")}>
      <SearchBox />
      {q ? <SearchResults q={q} openId={openId} /> : <ListFilters />}
      {isSelecting && <BulkBar selection={selection} onAsk={setAsked} />}
      <OrganiseDialog kind={asked} conversations={selection.conversations} onClose={() => setAsked(null)} />
      {!q && newCount > 0 && (
        <button type="button" className="held" onClick={release}>
          {t("messages.newer", { count: newCount })}
        </button>
      )}
      <div className={q ? "hidden" : "contents"} onPointerEnter={hold} onPointerLeave={release}>
        <Rows
          rows={rows}
          isShown={!q}
          openId={openId}
          selection={mayReply ? selection : null}
          onEnd={() => query.hasNextPage && !query.isFetching && !query.isError && query.fetchNextPage()}
          empty={query.isSuccess ? t(`empty.${wanted.view}`) : null}
        />
      </div>
      {query.isError && (
        <div className="foot">
          <Failure problem={query.error} retry={() => query.refetch()} />
        </div>
      )}
    </section>
  );
}

/** What the address asks for. */
export function useWanted(): ListFilter {
  const { view = "open", number, label } = useSearch({ from: "/app/inbox" });
  const { user } = useSession();
  return useMemo(() => ({ view, me: user.id, numberId: number, labelId: label }), [view, user.id, number, label]);
}

/** The conversation whose row, or whose box to be ticked, has the focus. */
function focusedId(): string | undefined {
  const row = document.activeElement?.closest(".list .selectable")?.querySelector("[data-id]");
  return row?.getAttribute("data-id") ?? undefined;
}

function toggleFocused(selection: Selection) {
  const id = focusedId();
  return id ? selection.toggle(id) : false;
}

/** While the pointer is over the list, rows keep their places: what one is about to click does not move away. */
function useHeldOrder(sorted: Conversation[]) {
  const [held, setHeld] = useState<string[] | null>(null);
  const byId = useMemo(() => new Map(sorted.map((it) => [it.id, it])), [sorted]);
  if (!held) return { rows: sorted, newCount: 0, hold: () => setHeld(sorted.map((it) => it.id)), release: () => {} };
  const rows = held.flatMap((id) => byId.get(id) ?? []);
  // What an empty list, or a page read meanwhile, brings stands below or alone, and moves nothing.
  const last = rows.at(-1);
  const places = new Set(held);
  const others = sorted.filter((it) => !places.has(it.id));
  const below = last ? others.filter((it) => sorted.indexOf(it) > sorted.indexOf(last)) : others;
  return {
    rows: [...rows, ...below],
    newCount: others.length - below.length,
    hold: () => {},
    release: () => setHeld(null),
  };
}

interface RowsProps {
  rows: Conversation[];
  /** Not while one looks at what a search found: then the keys are about that. */
  isShown: boolean;
  openId: string | undefined;
  selection: Selection | null;
  onEnd: () => void;
  empty: string | null;
}

function Rows({ rows, isShown, openId, selection, onEnd, empty }: RowsProps) {
  useTicking(TICK_MS);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const shown = virtualizer.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? -1;
  const isAtEnd = rows.length > 0 && lastShown >= rows.length - 1;
  useEffect(() => {
    if (isAtEnd) onEnd();
  }, [isAtEnd, onEnd]);
  useRowKeys(isShown ? rows : NO_ROWS, openId, (index) => virtualizer.scrollToIndex(index));
  return (
    <div className="rows" ref={scroller}>
      {rows.length === 0 && empty ? (
        <div className="empty">
          <p>{empty}</p>
          <Beginning />
        </div>
      ) : (
        <ul style={{ height: virtualizer.getTotalSize() }}>
          {shown.map(({ index, key, start }) => {
            const row = rows[index];
            return (
              row && (
                <li key={key} data-index={index} ref={virtualizer.measureElement} style={{ top: start }}>
                  <ConversationRow conversation={row} isOpen={row.id === openId} selection={selection} />
                </li>
              )
            );
          })}
        </ul>
      )}
    </div>
  );
}

/** Before any number is connected nobody can write: the way there. */
function Beginning() {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const { data } = useQuery(numbersQuery);
  if (!mayManage || data?.items.length !== 0) return null;
  return (
    <p className="mt-4">
      <Link to="/connect" className="button main">
        {t("connect.verb")}
      </Link>
    </p>
  );
}

/** j and k move the focus from row to row; Enter then opens the one that has it. Esc goes back to the list. */
function useRowKeys(rows: Conversation[], openId: string | undefined, scrollTo: (index: number) => void) {
  const navigate = useNavigate();
  function focus(index: number) {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (!row) return false;
    const element = () => document.querySelector<HTMLElement>(`[data-id="${CSS.escape(row.id)}"]`);
    scrollTo(rows.indexOf(row));
    focusWhenDrawn(element);
    return true;
  }
  function move(step: number) {
    const from = rows.findIndex((row) => row.id === (focusedId() ?? openId));
    return focus(from + step);
  }
  useKeys({
    j: () => move(1),
    k: () => move(rows.some((row) => row.id === openId) || focusedId() ? -1 : 1),
    Escape: () => {
      if (!openId || rows === NO_ROWS) return false;
      if (focusedId() || rows.length === 0) return navigate({ to: "/inbox", search: true });
      return focus(rows.findIndex((row) => row.id === openId));
    },
  });
}
