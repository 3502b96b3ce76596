import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { searchQuery } from "../../api/queries.ts";
import { Choices } from "../../components/choices.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { type Conversation, type ConversationPages, conversationsOf } from "../inbox/model.ts";
import { contactName } from "../inbox/people.ts";
import { currentActions } from "./actions.ts";

interface Place {
  id: string;
  words: string;
  more?: string | undefined;
  sign: IconName;
  go: () => unknown;
}

const SHOWN = 12;
/** Letters after which the server is asked, too. */
const SHORTEST = 2;

/** Goes anywhere by a few letters: Ctrl-K. */
export function Palette() {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent) => {
      if (event.code !== "KeyK" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setIsOpen((was) => !was);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  return (
    <Dialog title={t("palette.title")} open={isOpen} onClose={() => setIsOpen(false)}>
      {isOpen && <Finder onDone={() => setIsOpen(false)} />}
    </Dialog>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const { t } = useI18n();
  const [text, setText] = useState("");
  const choices = usePlaces(text).map(({ sign, go, ...place }) => ({
    ...place,
    sign: <Icon name={sign} />,
    choose() {
      onDone();
      go();
    },
  }));
  return (
    <Choices
      label={t("palette.label")}
      placeholder={t("palette.placeholder")}
      choices={choices}
      nothing={t("palette.nothing")}
      shown={SHOWN}
      onType={setText}
    />
  );
}

/** What may be done here, the screens, the conversations that are loaded, and those the server finds. */
function usePlaces(text: string): Place[] {
  const { t } = useI18n();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data: found } = useInfiniteQuery({
    ...searchQuery(text.trim()),
    enabled: text.trim().length >= SHORTEST,
    placeholderData: keepPreviousData,
  });
  const lists = client.getQueriesData<ConversationPages>({ queryKey: ["conversations"] });
  const loaded = lists.flatMap(([, pages]) => (pages ? conversationsOf(pages) : []));
  const conversations = new Map([...(found?.pages[0]?.conversations ?? []), ...loaded].map((it) => [it.id, it]));
  const actions: Place[] = currentActions().map(({ id, words, key, sign, act }) => ({
    id,
    words,
    more: key,
    sign,
    go: act,
  }));
  const screens: Place[] = [
    { id: "overview", words: t("nav.overview"), sign: "overview", go: () => navigate({ to: "/overview" }) },
    { id: "inbox", words: t("nav.inbox"), sign: "inbox", go: () => navigate({ to: "/inbox" }) },
    { id: "bots", words: t("nav.bot"), sign: "ai", go: () => navigate({ to: "/bots" }) },
    { id: "connect", words: t("nav.connect"), sign: "connect", go: () => navigate({ to: "/connect" }) },
    { id: "settings", words: t("nav.settings"), sign: "gear", go: () => navigate({ to: "/settings" }) },
    { id: "profile", words: t("settings.profile"), sign: "person", go: () => navigate({ to: "/settings/profile" }) },
    { id: "labels", words: t("settings.labels"), sign: "label", go: () => navigate({ to: "/settings/labels" }) },
    {
      id: "canned-replies",
      words: t("settings.canned_replies"),
      sign: "reply",
      go: () => navigate({ to: "/settings/canned-replies" }),
    },
  ];
  const place = (it: Conversation): Place => ({
    id: it.id,
    words: contactName(it.contact, t),
    more: it.contact.phone ? `+${it.contact.phone}` : undefined,
    sign: it.control === "ai" ? "ai" : "human",
    go: () => navigate({ to: "/inbox/$conversationId", params: { conversationId: it.id } }),
  });
  return [...actions, ...screens, ...[...conversations.values()].map(place)];
}
