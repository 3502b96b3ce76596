import { memo as memoised, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { notesQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { useSession } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { Removal } from "../../components/removal.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { mentioned, pieces } from "./mentions.ts";
import type { Note } from "./model.ts";
import { usePersonName, useTeam } from "./team.ts";

/** A note to colleagues, where it was written. It looks like no message, for it is none. */
export const Memo = memoised(function Memo({ memo }: { memo: Note }) {
  const { t, clock } = useI18n();
  const nameOf = usePersonName();
  const team = useTeam();
  const named = mentioned(memo.text, team).filter(({ id }) => memo.mentions.includes(id));
  return (
    <div className="memo" data-id={memo.id}>
      <p className="author">
        <Icon name="note" />
        <span>{t("note.title")}</span>
        <bdi>{memo.person_id ? nameOf(memo.person_id) : t("author.api")}</bdi>
        <MemoActions memo={memo} />
      </p>
      <p className="text" dir="auto">
        {pieces(memo.text, named).map(({ text, isName, at }) => (isName ? <mark key={at}>{text}</mark> : text))}
      </p>
      <p className="meta">
        {memo.edited_at && <span>{t("message.edited")}</span>}
        <Time at={memo.created_at}>{clock(memo.created_at)}</Time>
      </p>
    </div>
  );
});

function MemoActions({ memo }: { memo: Note }) {
  const { t } = useI18n();
  const { user } = useSession();
  const { mayReply, mayManage } = usePermissions();
  const [asks, setAsks] = useState(false);
  if (!mayManage && !(mayReply && memo.person_id === user.id)) return null;
  return (
    <>
      <button type="button" className="quote" title={t("note.delete")} onClick={() => setAsks(true)}>
        <Icon name="trash" />
        <span className="sr-only">{t("note.delete")}</span>
      </button>
      <Removal
        item={asks ? memo : null}
        title={t("note.delete_title")}
        text={memo.text}
        remove={({ conversation_id: id, id: item_id }) =>
          dataOf(api.DELETE("/api/conversations/{id}/notes/{item_id}", { params: { path: { id, item_id } } }))
        }
        queryKey={notesQuery(memo.conversation_id).queryKey}
        onClose={() => setAsks(false)}
      />
    </>
  );
}
