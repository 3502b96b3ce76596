// Which entries of a thread are drawn, and where the reader is in it.

import { defaultRangeExtractor, type Range, useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { type Entry, newsIn } from "./entries.ts";
import type { LocalSend } from "./sends.ts";

const NEAR_END_PX = 80;
/** So far from the start, what was before is read already. */
const NEAR_START_PX = 600;
const OVERSCAN = 6;
const GAP_PX = 6;
const LINE_PX = 22;
const LINE_CHARS = 56;

export type ThreadVirtualizer = Virtualizer<HTMLElement, HTMLElement>;

/** What is in sight, and what must stay though it is not: what has the focus, and what is being played. */
export function useThreadList(entries: Entry[], scroller: RefObject<HTMLElement | null>) {
  const list = useRef<HTMLOListElement>(null);
  const [margin, setMargin] = useState(0);
  const places = useMemo(() => new Map(entries.map(({ key }, index) => [key, index])), [entries]);
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimated(entries[index]),
    getItemKey: (index) => entries[index]?.key ?? index,
    rangeExtractor: (range) => withKept(range, list.current, places),
    overscan: OVERSCAN,
    gap: GAP_PX,
    scrollMargin: margin,
    // What is above may grow, and older messages may come before it: what one reads stays where it is.
    anchorTo: "end",
    scrollEndThreshold: NEAR_END_PX,
  });
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0));
  return { list, margin, places, virtualizer };
}

/** Before it is drawn, about as high as it will be. */
function estimated(entry: Entry | undefined): number {
  if (!entry || entry.kind === "note" || entry.kind === "call") return 40;
  if (entry.kind === "message" && entry.message.media) return 300;
  return 56 + LINE_PX * Math.ceil((saidIn(entry).length + 1) / LINE_CHARS);
}

function saidIn(entry: Exclude<Entry, { kind: "note" | "call" }>): string {
  if (entry.kind === "message") return entry.message.text ?? "";
  return entry.kind === "memo" ? entry.memo.text : entry.send.text;
}

function withKept(range: Range, list: HTMLElement | null, places: Map<string, number>): number[] {
  const shown = defaultRangeExtractor(range);
  const kept = [...(list?.children ?? [])].flatMap((row) => {
    const place = row instanceof HTMLElement && isInUse(row) ? places.get(row.dataset["key"] ?? "") : undefined;
    return place === undefined || shown.includes(place) ? [] : [place];
  });
  return kept.length === 0 ? shown : [...shown, ...kept].sort((a, b) => a - b);
}

const isInUse = (row: HTMLElement) =>
  row.contains(document.activeElement) ||
  [...row.querySelectorAll<HTMLMediaElement>("audio, video")].some((media) => !media.paused);

interface Place {
  entries: Entry[];
  /** The message that one has found and begins to read from. */
  at: string | undefined;
  places: Map<string, number>;
  scroller: RefObject<HTMLElement | null>;
  virtualizer: ThreadVirtualizer;
  onNearStart: () => void;
  onNearEnd: () => void;
}

/** Stays at the end where one is at the end, and where one is reading otherwise; counts what is new below. */
export function useReadingPlace({ entries, at, places, scroller, virtualizer, onNearStart, onNearEnd }: Place) {
  const isAtEnd = useRef(true);
  const known = useRef<Entry[]>([]);
  const found = useRef<string | undefined>(undefined);
  const [unseen, setUnseen] = useState(0);

  function toEnd() {
    virtualizer.scrollToEnd();
    setUnseen(0);
  }

  useLayoutEffect(() => {
    const before = known.current;
    if (entries === before) return;
    known.current = entries;
    if (at && found.current !== at) {
      // The message one has found, in the middle; then one reads on from there.
      const place = places.get(at);
      if (place === undefined) return;
      found.current = at;
      isAtEnd.current = false;
      virtualizer.scrollToIndex(place, { align: "center" });
      return;
    }
    if (!at && found.current) {
      found.current = undefined;
      isAtEnd.current = true;
    }
    const last = entries.at(-1);
    const isOwn = last?.kind === "send" && last.key !== before.at(-1)?.key;
    if ((isAtEnd.current && !at) || isOwn) virtualizer.scrollToEnd();
    else if (before.length > 0 && !at) setUnseen((count) => count + newsIn(entries, before));
  }, [entries, at, places, virtualizer]);

  // A window that shrinks, as for a keyboard on the screen, must not hide what was said last.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) virtualizer.scrollToEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, virtualizer]);

  function scrolled() {
    const element = scroller.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    isAtEnd.current = below < NEAR_END_PX;
    if (isAtEnd.current) setUnseen(0);
    if (below < NEAR_START_PX) onNearEnd();
    if (element.scrollTop < NEAR_START_PX) onNearStart();
  }

  return { unseen, toEnd, scrolled };
}

/** Calls when something is sent that is shown at the end of the thread; a reaction is shown on its message. */
export function useOnSent(sends: LocalSend[], onSent: () => void) {
  const known = useRef(sends);
  useEffect(() => {
    const before = new Set(known.current.map(({ key }) => key));
    known.current = sends;
    if (sends.some(({ key, body }) => !before.has(key) && body.type !== "reaction")) onSent();
  }, [sends, onSent]);
}

const PAPER = matchMedia("print");

function watchPrinting(changed: () => void) {
  addEventListener("beforeprint", changed);
  addEventListener("afterprint", changed);
  PAPER.addEventListener("change", changed);
  return () => {
    removeEventListener("beforeprint", changed);
    removeEventListener("afterprint", changed);
    PAPER.removeEventListener("change", changed);
  };
}

/** On paper, all of a thread is there. */
export const usePrinting = () => useSyncExternalStore(watchPrinting, () => PAPER.matches);
