import { useQuery } from "@tanstack/react-query";
import { type RefObject, useState } from "react";
import { cannedRepliesQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { putCursor } from "../../components/focus.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { filled, insertReply, offered, slashAt } from "./canned.ts";
import type { Conversation } from "./model.ts";
import { Offers, useOffers } from "./suggestions.tsx";

const LIST = "canned-offered";
const SHOWN = 8;

interface Place {
  input: RefObject<HTMLTextAreaElement | null>;
  conversation: Conversation;
  text: string;
  onText: (text: string) => void;
}

/** What is offered over the composer after a slash. */
export function useCanned({ input, conversation: { contact }, text, onText }: Place) {
  const { t } = useI18n();
  const { user, tenant } = useSession();
  const [cursor, setCursor] = useState(0);
  const [dropped, setDropped] = useState(-1);
  const at = slashAt(text, cursor);
  const { data } = useQuery({ ...cannedRepliesQuery, enabled: at !== null });
  const gaps = {
    contact_name: contact.name ?? "",
    contact_phone: contact.phone ? `+${contact.phone}` : "",
    my_name: user.name,
    business: tenant.name,
  };
  const replies = at && at.from !== dropped ? offered(data?.items ?? [], at.typed).slice(0, SHOWN) : [];
  const offers = replies.map((reply) => ({
    id: reply.id,
    words: (
      <>
        <code className="shortcut" dir="ltr">
          /{reply.shortcut}
        </code>
        <bdi>{reply.title}</bdi>
        <bdi className="more-words">{reply.text}</bdi>
      </>
    ),
    take() {
      const next = insertReply(text, cursor, at?.from ?? 0, filled(reply.text, gaps));
      putCursor(input.current, next.cursor, () => {
        onText(next.text);
        setCursor(next.cursor);
      });
    },
  }));
  const list = useOffers(LIST, offers, () => setDropped(at?.from ?? -1));
  return {
    pressed: list.pressed,
    field: list.field,
    follow() {
      setCursor(input.current?.selectionStart ?? 0);
      setDropped(-1);
    },
    list: <Offers id={LIST} label={t("canned.offered")} offers={offers} at={list.at} onPoint={list.setAt} />,
  };
}
