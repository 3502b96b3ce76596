import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { contactQuery, messagesQuery } from "../../api/queries.ts";
import { type Conversation, type Message, type MessagePages, messagesOf } from "./model.ts";

/** In which language a customer writes, as their last words tell. */
export const spokenBy = (messages: Message[]): string | null =>
  messages.findLast((it) => it.direction === "inbound" && it.language)?.language ?? null;

const ofPages = (pages: MessagePages) => spokenBy(messagesOf(pages));

/** In which language a customer writes: as the team has noted, else as what is read of the thread tells, or told before. */
export function useCustomerLanguage({ id, contact }: Conversation): string | null {
  const { at } = useSearch({ from: "/app/inbox" });
  const { data: spoken } = useInfiniteQuery({ ...messagesQuery(id, at), select: ofPages });
  const { data: known } = useQuery(contactQuery(contact.id));
  return known?.language ?? spoken ?? known?.detected_language ?? null;
}
