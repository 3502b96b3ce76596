// The inbox's data as lists hold it, and how news is worked into them. No React, no network.

import type { InfiniteData } from "@tanstack/react-query";
import type { Schemas } from "../../api/client.ts";

export type Conversation = Schemas["ConversationBody"];
export type Message = Schemas["MessageBody"];
export type ConversationPages = InfiniteData<Schemas["Page_ConversationBody"]>;
export type Note = Schemas["NoteBody"];
export type NotePages = InfiniteData<Schemas["Page_NoteBody"]>;
export type Label = Schemas["LabelBody"];
export type Contact = Schemas["ContactDetailBody"];
export type ContactField = Schemas["ContactFieldBody"];
export type ToolCall = Schemas["ToolCallBody"];
export type Person = Schemas["PersonBody"];
export type MessagePage = Schemas["ThreadBody"];
export type MessagePages = InfiniteData<MessagePage>;

export const VIEWS = [
  "open",
  "mine",
  "unassigned",
  "waiting",
  "ai",
  "human",
  "failed",
  "mentions",
  "snoozed",
  "resolved",
] as const;
export type View = (typeof VIEWS)[number];

/** Which conversations a list shows. `me`: whose mine are. */
export interface ListFilter {
  view: View;
  me: string;
  numberId?: string | undefined;
  labelId?: string | undefined;
}

const IN_VIEW: Record<View, (it: Conversation, me: string) => boolean> = {
  open: () => true,
  mine: (it, me) => it.assignee_id === me,
  unassigned: (it) => !it.assignee_id && (it.control === "human" || it.needs_person),
  waiting: (it) => it.waiting,
  ai: (it) => it.control === "ai",
  human: (it) => it.control === "human",
  failed: (it) => it.send_failed,
  mentions: (it) => it.mentioned,
  snoozed: () => true,
  resolved: () => true,
};

const stateOf = (view: View) => (view === "snoozed" || view === "resolved" ? view : "open");

export function isWanted(it: Conversation, { view, me, numberId, labelId }: ListFilter): boolean {
  if (numberId && it.number_id !== numberId) return false;
  if (labelId && !it.label_ids.includes(labelId)) return false;
  return (view === "mentions" || it.state === stateOf(view)) && IN_VIEW[view](it, me);
}

export const lastAt = (it: Conversation): string => it.last_message?.created_at ?? it.created_at;

const newestFirst = (a: Conversation, b: Conversation) => Date.parse(lastAt(b)) - Date.parse(lastAt(a));

export const conversationsOf = (pages: ConversationPages): Conversation[] =>
  pages.pages.flatMap((page) => page.items).sort(newestFirst);

/** Whether `fresh` is older than what is known already: answers may overtake each other. */
const isStale = (fresh: Conversation, known: Conversation) =>
  fresh.control_version < known.control_version || Date.parse(fresh.updated_at) < Date.parse(known.updated_at);

/** The pages with `fresh` in them, or without it where the list does not want it. The open one stays where it is. */
export function putConversation(
  pages: ConversationPages,
  fresh: Conversation,
  wanted: ListFilter,
  openId?: string,
): ConversationPages {
  const known = pages.pages.flatMap((page) => page.items).find((it) => it.id === fresh.id);
  if (known && isStale(fresh, known)) return pages;
  // Whoever was named somewhere stays named there, also when they have looked.
  const isKept = fresh.id === openId || wanted.view === "mentions";
  const stays = isWanted(fresh, wanted) || (known !== undefined && isKept);
  if (known) return mapItems(pages, (items) => replaceOrDrop(items, fresh, stays));
  if (!stays) return pages;
  // What is not on a page that was read belongs to a later one, unless it is newer than the last that was.
  const isLater = pages.pages.at(-1)?.next_cursor && isAfterAll(pages, fresh);
  return isLater ? pages : mapItems(pages, (items, index) => (index === 0 ? [fresh, ...items] : items));
}

/** The pages without what they held only because it was open. */
export function dropUnwanted(pages: ConversationPages, wanted: ListFilter, openId?: string): ConversationPages {
  if (wanted.view === "mentions") return pages;
  return mapItems(pages, (items) => items.filter((it) => it.id === openId || isWanted(it, wanted)));
}

const isAfterAll = (pages: ConversationPages, fresh: Conversation) =>
  pages.pages.flatMap((page) => page.items).every((it) => newestFirst(it, fresh) < 0);

const replaceOrDrop = (items: Conversation[], fresh: Conversation, stays: boolean) =>
  stays ? items.map((it) => (it.id === fresh.id ? fresh : it)) : items.filter((it) => it.id !== fresh.id);

function mapItems(
  pages: ConversationPages,
  change: (items: Conversation[], index: number) => Conversation[],
): ConversationPages {
  return { ...pages, pages: pages.pages.map((page, index) => ({ ...page, items: change(page.items, index) })) };
}

const inOrder = (a: Message, b: Message) => Date.parse(a.created_at) - Date.parse(b.created_at) || a.seq - b.seq;

export const messagesOf = (pages: MessagePages): Message[] => pages.pages.flatMap((page) => page.items).sort(inOrder);

/** Whether the pages reach the end of the thread: those around a message one has found may end before. */
const reachesEnd = ({ pages }: MessagePages) => !pages[0]?.newer_cursor;

/**
 * The pages with the newest page read anew. Null when the two do not touch: then there is a gap between them, and all
 * has to be read again.
 */
export function mergeNewest(pages: MessagePages, fresh: MessagePage): MessagePages | null {
  if (!reachesEnd(pages)) return replaceKnown(pages, fresh.items);
  const known = new Set(messagesOf(pages).map((it) => it.id));
  const touches = known.size === 0 || !fresh.next_cursor || fresh.items.some((it) => known.has(it.id));
  if (!touches) return null;
  const freshIds = new Set(fresh.items.map((it) => it.id));
  const rest = pages.pages.map((page) => ({ ...page, items: page.items.filter((it) => !freshIds.has(it.id)) }));
  const [first, ...older] = rest;
  if (!first) return { pages: [fresh], pageParams: [{}] };
  return { ...pages, pages: [{ ...first, items: [...first.items, ...fresh.items] }, ...older] };
}

/** The pages with one message put in, or put in its place. */
export function putMessage(pages: MessagePages, fresh: Message): MessagePages {
  const isKnown = pages.pages.some((page) => page.items.some((it) => it.id === fresh.id));
  if (isKnown || !reachesEnd(pages)) return replaceKnown(pages, [fresh]);
  const [first, ...older] = pages.pages;
  return first ? { ...pages, pages: [{ ...first, items: [...first.items, fresh] }, ...older] } : pages;
}

function replaceKnown(pages: MessagePages, fresh: Message[]): MessagePages {
  const byId = new Map(fresh.map((it) => [it.id, it]));
  return {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, items: page.items.map((it) => byId.get(it.id) ?? it) })),
  };
}
