import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { Dialog } from "../../components/dialog.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useKeys } from "../../components/keys.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { type Conversation, type ConversationPages, conversationsOf } from "../inbox/model.ts";
import { contactName } from "../inbox/people.ts";
import { matches } from "./match.ts";

interface Place {
  id: string;
  words: string;
  more?: string | undefined;
  sign: IconName;
  go: () => unknown;
}

const SHOWN = 12;

/** Goes anywhere by a few letters: Ctrl-K, or `/`. */
export function Palette() {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  useKeys({ "/": () => setIsOpen(true) });
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
  const listId = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = usePlaces()
    .filter((place) => matches(text, [place.words, place.more ?? ""]))
    .slice(0, SHOWN);
  const go = (place: Place | undefined) => {
    if (!place) return;
    onDone();
    place.go();
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((was) => Math.min(Math.max(was + step, 0), found.length - 1));
    else if (event.key === "Enter") go(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div className="palette">
      <input
        role="combobox"
        aria-label={t("palette.label")}
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-activedescendant={found[at] && `${listId}-${found[at].id}`}
        placeholder={t("palette.placeholder")}
        value={text}
        dir="auto"
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={pressed}
      />
      <div id={listId} role="listbox" aria-label={t("palette.found")}>
        {found.map((place, index) => (
          <PlaceOption
            key={place.id}
            id={`${listId}-${place.id}`}
            place={place}
            isSelected={index === at}
            onPoint={() => setAt(index)}
            onGo={() => go(place)}
          />
        ))}
      </div>
      {found.length === 0 && <p className="hint p-2">{t("palette.nothing")}</p>}
    </div>
  );
}

interface OptionProps {
  id: string;
  place: Place;
  isSelected: boolean;
  onPoint: () => void;
  onGo: () => void;
}

/** The focus stays in the text; the keys that choose are heard there. */
function PlaceOption({ id, place, isSelected, onPoint, onGo }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div id={id} role="option" tabIndex={-1} aria-selected={isSelected} onPointerMove={onPoint} onClick={onGo}>
      <Icon name={place.sign} />
      <bdi>{place.words}</bdi>
      {place.more && <bdi className="ms-auto text-soft">{place.more}</bdi>}
    </div>
  );
}

/** The screens, and the conversations that lists have loaded: the API has no search. */
function usePlaces(): Place[] {
  const { t } = useI18n();
  const navigate = useNavigate();
  const client = useQueryClient();
  const lists = client.getQueriesData<ConversationPages>({ queryKey: ["conversations"] });
  const conversations = new Map(
    lists.flatMap(([, pages]) => (pages ? conversationsOf(pages) : [])).map((it) => [it.id, it]),
  );
  const screens: Place[] = [
    { id: "inbox", words: t("nav.inbox"), sign: "inbox", go: () => navigate({ to: "/inbox" }) },
    { id: "bots", words: t("nav.bot"), sign: "ai", go: () => navigate({ to: "/bots" }) },
    { id: "connect", words: t("nav.connect"), sign: "connect", go: () => navigate({ to: "/connect" }) },
    { id: "settings", words: t("nav.settings"), sign: "gear", go: () => navigate({ to: "/settings" }) },
    { id: "profile", words: t("settings.profile"), sign: "person", go: () => navigate({ to: "/settings/profile" }) },
  ];
  const place = (it: Conversation): Place => ({
    id: it.id,
    words: contactName(it.contact, t),
    more: it.contact.phone ? `+${it.contact.phone}` : undefined,
    sign: it.control === "ai" ? "ai" : "human",
    go: () => navigate({ to: "/inbox/$conversationId", params: { conversationId: it.id } }),
  });
  return [...screens, ...[...conversations.values()].map(place)];
}
