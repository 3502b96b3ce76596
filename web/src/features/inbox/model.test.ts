import { describe, expect, test } from "vitest";
import { entriesOf, isNewDay, newsIn } from "./entries.ts";
import {
  type Conversation,
  type ConversationPages,
  conversationsOf,
  dropUnwanted,
  isWanted,
  type Message,
  type MessagePages,
  mergeNewest,
  messagesOf,
  putConversation,
  putMessage,
  type ToolCall,
  VIEWS,
  type View,
} from "./model.ts";
import type { LocalSend } from "./sends.ts";

const at = (minute: number, day = 10) => new Date(Date.UTC(2026, 2, day, 12, minute)).toISOString();

function conversation(id: string, minute: number, more: Partial<Conversation> = {}): Conversation {
  return {
    id,
    number_id: "n1",
    number: { id: "n1", display_phone_number: "+1 555" },
    contact: { id: `c-${id}` },
    control: "ai",
    control_version: 1,
    control_at: at(0),
    needs_person: false,
    waiting: false,
    state: "open",
    send_failed: false,
    label_ids: [],
    mentioned: false,
    window: { open: true, closes_at: at(59) },
    unread_count: 0,
    created_at: at(minute),
    updated_at: at(minute),
    ...more,
  };
}

function message(id: string, minute: number, more: Partial<Message> = {}): Message {
  return {
    id,
    conversation_id: "a",
    seq: minute,
    direction: "inbound",
    author: "customer",
    type: "text",
    text: id,
    status: "received",
    passages: 0,
    translations: [],
    reactions: {},
    created_at: at(minute),
    updated_at: at(minute),
    ...more,
  };
}

const pagesOf = (items: Conversation[], next: string | null = null): ConversationPages => ({
  pages: [{ items, next_cursor: next }],
  pageParams: [undefined],
});
const thread = (...pages: { items: Message[]; next_cursor?: string | null }[]): MessagePages => ({
  pages,
  pageParams: pages.map(() => ({})),
});
const ALL = { view: "open", me: "me" } as const;
const ids = (pages: ConversationPages) => conversationsOf(pages).map((it) => it.id);

describe("the list", () => {
  test("puts what has news first", () => {
    const pages = pagesOf([conversation("a", 2), conversation("b", 1)]);
    const news = conversation("b", 1, { updated_at: at(5), last_message: { ...message("m", 5), type: "text" } });
    expect(ids(putConversation(pages, news, ALL))).toEqual(["b", "a"]);
  });

  test("takes in a conversation it has never seen", () => {
    expect(ids(putConversation(pagesOf([conversation("a", 2)]), conversation("b", 3), ALL))).toEqual(["b", "a"]);
  });

  test("leaves to later pages what is older than all that was read", () => {
    const pages = pagesOf([conversation("a", 2)], "more");
    expect(ids(putConversation(pages, conversation("b", 1), ALL))).toEqual(["a"]);
  });

  test("drops what its filter does not want any more, but not under the reader's eyes", () => {
    const wanted = { ...ALL, view: "ai" } as const;
    const pages = pagesOf([conversation("a", 2)]);
    const taken = conversation("a", 2, { control: "human", control_version: 2 });
    expect(ids(putConversation(pages, taken, wanted))).toEqual([]);
    const held = putConversation(pages, taken, wanted, "a");
    expect(ids(held)).toEqual(["a"]);
    expect(ids(dropUnwanted(held, wanted, "a"))).toEqual(["a"]);
    expect(ids(dropUnwanted(held, wanted))).toEqual([]);
  });

  test("does not take what is not its number's", () => {
    expect(ids(putConversation(pagesOf([]), conversation("a", 2), { ...ALL, numberId: "n2" }))).toEqual([]);
  });

  test("knows what belongs to each of its views", () => {
    const its: Record<string, Partial<Conversation>> = {
      ai: {},
      mine: { assignee_id: "me", control: "human" },
      theirs: { assignee_id: "they", control: "human" },
      nobodys: { control: "human", waiting: true },
      called: { needs_person: true, waiting: true },
      failed: { send_failed: true },
      named: { mentioned: true, state: "resolved" },
      asleep: { state: "snoozed" },
      done: { state: "resolved", waiting: true },
    };
    const inView = (view: View) =>
      Object.keys(its).filter((id) => isWanted(conversation(id, 1, its[id]), { ...ALL, view }));
    expect(Object.fromEntries(VIEWS.map((view) => [view, inView(view)]))).toEqual({
      open: ["ai", "mine", "theirs", "nobodys", "called", "failed"],
      mine: ["mine"],
      unassigned: ["nobodys", "called"],
      waiting: ["nobodys", "called"],
      ai: ["ai", "called", "failed"],
      human: ["mine", "theirs", "nobodys"],
      failed: ["failed"],
      mentions: ["named"],
      snoozed: ["asleep"],
      resolved: ["named", "done"],
    });
    expect(isWanted(conversation("a", 1, { label_ids: ["cake"] }), { ...ALL, labelId: "bread" })).toBe(false);
  });

  test("keeps a conversation among one's mentions after one has looked", () => {
    const pages = pagesOf([conversation("a", 2, { mentioned: true })]);
    const seen = conversation("a", 2, { updated_at: at(3) });
    expect(ids(putConversation(pages, seen, { ...ALL, view: "mentions" }))).toEqual(["a"]);
  });

  test("keeps the newer of two answers that overtook each other", () => {
    const pages = pagesOf([conversation("a", 2, { control: "human", control_version: 5 })]);
    const late = putConversation(pages, conversation("a", 9, { control_version: 4 }), ALL);
    expect(conversationsOf(late)[0]?.control).toBe("human");
  });
});

describe("the thread", () => {
  test("joins the newest page to what was read, and replaces what has changed", () => {
    const known = thread(
      { items: [message("m2", 2), message("m3", 3)], next_cursor: "x" },
      { items: [message("m1", 1)] },
    );
    const fresh = { items: [message("m3", 3, { status: "read" }), message("m4", 4)], next_cursor: "y" };
    const merged = mergeNewest(known, fresh);
    expect(merged && messagesOf(merged).map((it) => `${it.id} ${it.status}`)).toEqual([
      "m1 received",
      "m2 received",
      "m3 read",
      "m4 received",
    ]);
    expect(merged?.pages[0]?.next_cursor, "the way back stays").toBe("x");
  });

  test("does not hide a gap", () => {
    const known = thread({ items: [message("m1", 1)], next_cursor: null });
    expect(mergeNewest(known, { items: [message("m9", 9)], next_cursor: "y" })).toBeNull();
    expect(mergeNewest(known, { items: [message("m9", 9)], next_cursor: null })).not.toBeNull();
  });

  test("puts a message in once, however often it is told", () => {
    const twice = putMessage(putMessage(thread({ items: [] }), message("m1", 1)), message("m1", 1, { status: "sent" }));
    expect(messagesOf(twice).map((it) => it.status)).toEqual(["sent"]);
  });

  test("reads in the order in which things were said, then in the order they came", () => {
    const items = [message("late", 1, { seq: 9 }), message("b", 2, { seq: 2 }), message("a", 2, { seq: 1 })];
    expect(messagesOf(thread({ items })).map((it) => it.id)).toEqual(["late", "a", "b"]);
  });
});

describe("what a thread shows", () => {
  const kinds = (pages: MessagePages, it: Conversation, sends: LocalSend[] = []) =>
    entriesOf(pages, it, sends).map(({ kind }) => kind);

  test("a line where a day begins", () => {
    const items = [message("m1", 1), message("m2", 2), message("m3", 0, { created_at: at(0, 12) })];
    const [first, second, third] = entriesOf(thread({ items }), conversation("a", 1), []);
    if (!first || !second || !third) throw new Error("three entries");
    expect([isNewDay(first, second), isNewDay(second, third)]).toEqual([false, true]);
  });

  test("the note on control where control changed, unless that is further back", () => {
    const items = [message("m1", 1), message("m3", 3)];
    const taken = conversation("a", 1, { control_reason: "operator", control_at: at(2) });
    expect(kinds(thread({ items }), taken)).toEqual(["message", "note", "message"]);
    const long = conversation("a", 1, { control_reason: "operator", control_at: at(0) });
    expect(kinds(thread({ items, next_cursor: "x" }), long)).toEqual(["message", "message"]);
  });

  test("a reaction, an edit and a deletion show on their message, where that is here", () => {
    const said = { ...message("m1", 1), wamid: "wamid.1" };
    const about = (id: string, type: string, payload: Record<string, unknown>, status = "received") =>
      ({ ...message(id, 2), type, payload, status }) as Message;
    const here = { message_id: "wamid.1", emoji: "👍" };
    const items = [said, about("m2", "reaction", here), about("m3", "edit", { original_message_id: "wamid.1" })];
    expect(kinds(thread({ items }), conversation("a", 1))).toEqual(["message"]);
    const elsewhere = about("m4", "reaction", { message_id: "wamid.0", emoji: "👍" });
    const failed = about("m5", "reaction", here, "failed");
    expect(kinds(thread({ items: [said, elsewhere, failed] }), conversation("a", 1))).toHaveLength(3);
  });

  test("colleagues' notes where they were written, unless that is further back", () => {
    const items = [message("m1", 1), message("m3", 3)];
    const note = (id: string, minute: number) => ({
      id,
      conversation_id: "a",
      text: id,
      mentions: [],
      created_at: at(minute),
    });
    const shown = (next: string | null) =>
      entriesOf(thread({ items, next_cursor: next }), conversation("a", 1), [], [note("n0", 0), note("n2", 2)]);
    expect(shown(null).map(({ key }) => key)).toEqual(["n0", "m1", "n2", "m3"]);
    expect(shown("x").map(({ key }) => key)).toEqual(["m1", "n2", "m3"]);
  });

  test("what the bot did, between what was said before and after", () => {
    const items = [message("m1", 1), message("m3", 3)];
    const call = (id: string, minute: number) => ({ id, created_at: at(minute) }) as ToolCall;
    const shown = (next: string | null) =>
      entriesOf(thread({ items, next_cursor: next }), conversation("a", 1), [], [], [call("c0", 0), call("c2", 2)]);
    expect(shown(null).map(({ key }) => key)).toEqual(["c0", "m1", "c2", "m3"]);
    expect(shown("x").map(({ key }) => key)).toEqual(["m1", "c2", "m3"]);
    expect(newsIn(shown(null), shown("x").slice(0, 1))).toBe(1);
  });

  test("news is what was said since, not what was said before and read later", () => {
    const entries = (ids: [string, number][]) =>
      entriesOf(thread({ items: ids.map(([id, minute]) => message(id, minute)) }), conversation("a", 1), []);
    const before = entries([["m2", 2]]);
    expect(
      newsIn(
        entries([
          ["m1", 1],
          ["m2", 2],
        ]),
        before,
      ),
    ).toBe(0);
    expect(
      newsIn(
        entries([
          ["m1", 1],
          ["m2", 2],
          ["m3", 3],
          ["m4", 4],
        ]),
        before,
      ),
    ).toBe(2);
  });

  test("what is being sent comes last, whatever the clocks say", () => {
    const send: LocalSend = {
      key: "k",
      conversationId: "a",
      body: { text: "hi" },
      text: "hi",
      file: null,
      quoted: null,
      createdAt: at(0),
      problem: null,
    };
    expect(kinds(thread({ items: [message("m5", 5)] }), conversation("a", 1), [send]).at(-1)).toBe("send");
  });
});
