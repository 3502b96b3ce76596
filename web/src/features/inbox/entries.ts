// What a thread shows, from top to bottom.

import { type Conversation, type Message, type MessagePages, messagesOf, type Note, type ToolCall } from "./model.ts";
import { targetOf } from "./payload.ts";
import type { LocalSend } from "./sends.ts";

export type Entry =
  | { kind: "note"; key: string; at: string }
  | { kind: "memo"; key: string; at: string; memo: Note }
  | { kind: "call"; key: string; at: string; call: ToolCall }
  | { kind: "message"; key: string; at: string; message: Message }
  | { kind: "send"; key: string; at: string; send: LocalSend };

const midnight = (at: string) => new Date(at).setHours(0, 0, 0, 0);

/** Messages, among them colleagues' notes and what the bot did, the line on control where it changed last, and what is being sent. */
export function entriesOf(
  pages: MessagePages,
  conversation: Conversation,
  sends: LocalSend[],
  notes: Note[] = [],
  calls: ToolCall[] = [],
): Entry[] {
  const all = messagesOf(pages);
  const wamids = new Set(all.flatMap(({ wamid }) => wamid ?? []));
  const messages: Entry[] = all
    .filter((message) => !isShownElsewhere(message, wamids))
    .map((message) => ({ kind: "message", key: message.id, at: message.created_at, message }));
  const hasOlder = Boolean(pages.pages.at(-1)?.next_cursor);
  const told = withNote(withAsides(messages, [...memosOf(notes), ...callsOf(calls)], hasOlder), conversation, hasOlder);
  // The server's clock may be ahead of ours: what it does not have yet comes last all the same.
  const sending: Entry[] = sends.map((send) => ({ kind: "send", key: send.key, at: send.createdAt, send }));
  return [...told, ...sending];
}

/** Whether another day has begun between the two. */
export const isNewDay = (before: Entry, after: Entry) => midnight(before.at) !== midnight(after.at);

const ABOUT_ANOTHER: ReadonlySet<string> = new Set(["reaction", "edit", "revoke"]);

/** Reactions, edits and deletions show on the message they are about, unless that is not here or they did not arrive. */
function isShownElsewhere(message: Message, wamids: ReadonlySet<string>): boolean {
  if (!ABOUT_ANOTHER.has(message.type) || message.status === "failed") return false;
  return wamids.has(targetOf(message.payload) ?? "");
}

const memosOf = (notes: Note[]): Entry[] =>
  notes.map((memo) => ({ kind: "memo", key: memo.id, at: memo.created_at, memo }));

const callsOf = (calls: ToolCall[]): Entry[] =>
  calls.map((call) => ({ kind: "call", key: call.id, at: call.created_at, call }));

function withAsides(messages: Entry[], asides: Entry[], hasOlder: boolean): Entry[] {
  const first = messages[0];
  // Those from before the oldest message shown have their place on an earlier page.
  const shown = asides.filter(({ at }) => !hasOlder || !first || Date.parse(at) >= Date.parse(first.at));
  // Sorting keeps messages of the same moment in their order.
  return shown.length === 0 ? messages : [...messages, ...shown].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function withNote(
  messages: Entry[],
  { control_reason: reason, control_at: at, control_version }: Conversation,
  hasOlder: boolean,
) {
  if (!reason) return messages;
  const place = messages.findIndex((entry) => Date.parse(entry.at) > Date.parse(at));
  // From before the oldest message shown: it has its place on an earlier page.
  if (place === 0 && hasOlder) return messages;
  const note: Entry = { kind: "note", key: `control-${control_version}`, at };
  return place < 0 ? [...messages, note] : messages.toSpliced(place, 0, note);
}

const isSaid = ({ kind }: Entry) => kind === "message" || kind === "memo";

/** What has been said or noted since, at the end: older messages that were read meanwhile are no news. */
export function newsIn(entries: Entry[], before: Entry[]): number {
  const keys = new Set(before.filter(isSaid).map(({ key }) => key));
  const said = entries.filter(isSaid);
  return said.length - 1 - said.findLastIndex(({ key }) => keys.has(key));
}
