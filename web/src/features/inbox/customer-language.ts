import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { contactQuery, messagesQuery } from "../../api/queries.ts";
import { type Conversation, type Message, type MessagePages, messagesOf } from "./model.ts";

/** Letters from which on a message in letters of many languages changes what is known; as on the server. */
const ENOUGH = 25;
/** Letters that are not those of many languages. */
const OF_ANOTHER_SCRIPT = /[^\P{L}\p{Script=Latin}]/u;
const OF_TURKISH = /[ğışĞİŞ]/u;

const said = ({ text, transcript }: Message) => text ?? transcript?.text ?? "";

/** Whether it tells more than what is known of its customer. */
function tells(message: Message): boolean {
  const text = said(message);
  const isByLetters = OF_ANOTHER_SCRIPT.test(text) || (message.language === "tr" && OF_TURKISH.test(text));
  return isByLetters || (text.match(/\p{L}/gu) ?? []).length >= ENOUGH;
}

/** In which language a message is. A few words of a customer are taken for theirs; null: nobody can tell. */
export const languageOf = (message: Message, customer: string | null): string | null =>
  message.direction === "outbound" || tells(message)
    ? (message.language ?? customer)
    : (customer ?? message.language ?? null);

/** Whether it is a customer's, and in words. */
export const saysWords = (message: Message) => message.direction === "inbound" && /\p{L}/u.test(said(message));

/** In which language a customer writes, as their words tell one after the other. `known`: what was known before. */
export const spokenBy = (messages: Message[], known: string | null): string | null =>
  messages.filter((it) => it.direction === "inbound").reduce((before, it) => languageOf(it, before), known);

/** In which language a customer writes: as the team has noted, else as what is read of the thread tells, or told before. */
export function useCustomerLanguage({ id, contact }: Conversation): string | null {
  const { at } = useSearch({ from: "/app/inbox" });
  const { data: known } = useQuery(contactQuery(contact.id));
  const before = known?.detected_language ?? null;
  const ofPages = (pages: MessagePages) => spokenBy(messagesOf(pages), before);
  const { data: spoken } = useInfiniteQuery({ ...messagesQuery(id, at), select: ofPages });
  return known?.language ?? spoken ?? before;
}
