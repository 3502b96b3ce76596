import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { notesQuery } from "../../api/queries.ts";
import { putCursor } from "../../components/focus.ts";
import { Icon } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { draftOf, keepDraft } from "./drafts.ts";
import { candidates, insertMention, mentionAt, mentioned } from "./mentions.ts";
import { Offers, useOffers } from "./suggestions.tsx";
import { useTeam } from "./team.ts";
import { tellTyping } from "./typing.ts";

const LONGEST = 4000;
const SHOWN = 6;
const LIST = "people-offered";

/** Where one writes to colleagues. What is written here never leaves. */
export function NoteWriting({ conversationId }: { conversationId: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const team = useTeam();
  const input = useRef<HTMLTextAreaElement>(null);
  const place = `note.${conversationId}`;
  const [text, setText] = useState(() => draftOf(place));
  const [cursor, setCursor] = useState(0);
  const [dropped, setDropped] = useState(-1);
  const [isBusy, setIsBusy] = useState(false);
  const write = (next: string) => {
    keepDraft(place, next);
    setText(next);
  };

  const at = mentionAt(text, cursor);
  const people = at && at.from !== dropped ? candidates(team, at.typed).slice(0, SHOWN) : [];
  const offers = people.map(({ id, name }) => ({
    id,
    words: <bdi>{name}</bdi>,
    take() {
      const next = insertMention(text, cursor, at?.from ?? 0, name);
      putCursor(input.current, next.cursor, () => {
        write(next.text);
        setCursor(next.cursor);
      });
    },
  }));
  const list = useOffers(LIST, offers, () => setDropped(at?.from ?? -1));

  async function save(event?: FormEvent) {
    event?.preventDefault();
    const body = text.trim();
    if (!body || isBusy) return;
    setIsBusy(true);
    try {
      const mentions = mentioned(body, team).map(({ id }) => id);
      const path = { id: conversationId };
      await dataOf(api.POST("/api/conversations/{id}/notes", { params: { path }, body: { text: body, mentions } }));
      // What has been written on while it was stored is not lost.
      if (draftOf(place) === text) write("");
      await client.invalidateQueries({ queryKey: notesQuery(conversationId).queryKey });
    } catch (problem) {
      toast(sentence(problem, i18n));
    } finally {
      setIsBusy(false);
      input.current?.focus();
    }
  }

  function pressed(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || list.pressed(event)) return;
    if (event.key === "Enter" && !event.shiftKey) save();
    else if (event.key === "Escape") input.current?.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  useLayoutEffect(() => input.current?.focus(), []);
  const follow = () => setCursor(input.current?.selectionStart ?? 0);
  return (
    <form className="composer noting" onSubmit={save}>
      <Offers id={LIST} label={t("note.people")} offers={offers} at={list.at} onPoint={list.setAt} />
      <textarea
        ref={input}
        aria-label={t("note.label")}
        placeholder={t("note.placeholder")}
        rows={2}
        dir="auto"
        maxLength={LONGEST}
        value={text}
        {...list.field}
        onChange={({ target }) => {
          write(target.value);
          tellTyping(conversationId, "note");
          setCursor(target.selectionStart);
          setDropped(-1);
        }}
        onSelect={follow}
        onKeyDown={pressed}
      />
      <button type="submit" className="main" disabled={text.trim() === "" || isBusy}>
        <Icon name="note" />
        <span>{t("note.verb")}</span>
      </button>
    </form>
  );
}
