import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { cannedRepliesQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Acts } from "../../components/acts.tsx";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { TextArea, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { Removal } from "../../components/removal.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { type CannedReply, GAPS } from "../inbox/canned.ts";

const ROWS = 5;

/** Answers that are given again and again. */
export function CannedReplies() {
  const { t } = useI18n();
  const { mayReply } = usePermissions();
  const { data, error, refetch } = useQuery(cannedRepliesQuery);
  const [edited, setEdited] = useState<CannedReply | "new" | null>(null);
  const [doomed, setDoomed] = useState<CannedReply | null>(null);
  return (
    <section>
      <div className="head">
        <p className="hint max-w-[60ch]">{t("canned.hint")}</p>
        {mayReply && (
          <button type="button" onClick={() => setEdited("new")}>
            <Icon name="plus" />
            {t("canned.make")}
          </button>
        )}
      </div>
      {error && <Failure problem={error} retry={refetch} />}
      {data?.items.length === 0 && <p className="empty">{t("canned.empty")}</p>}
      <ul className="own-list">
        {data?.items.map((reply) => (
          <li key={reply.id}>
            <div className="canned">
              <p>
                <code dir="ltr">/{reply.shortcut}</code>{" "}
                <strong>
                  <bdi>{reply.title}</bdi>
                </strong>
              </p>
              <p className="hint">
                <bdi>{reply.text}</bdi>
              </p>
            </div>
            {mayReply && <Acts name={reply.title} onEdit={() => setEdited(reply)} onDelete={() => setDoomed(reply)} />}
          </li>
        ))}
      </ul>
      {edited && <Edit reply={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      <Removal
        item={doomed}
        title={t("labels.delete_title", { name: doomed?.title ?? "" })}
        text={t("canned.delete_text")}
        remove={({ id }) => dataOf(api.DELETE("/api/canned-replies/{id}", { params: { path: { id } } }))}
        queryKey={cannedRepliesQuery.queryKey}
        onClose={() => setDoomed(null)}
      />
    </section>
  );
}

function Edit({ reply, onClose }: { reply: CannedReply | null; onClose: () => void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [body, setBody] = useState({
    shortcut: reply?.shortcut ?? "",
    title: reply?.title ?? "",
    text: reply?.text ?? "",
  });
  const { problem, isBusy, attempt } = useAttempt();
  async function save(event: FormEvent) {
    event.preventDefault();
    const call = () =>
      reply
        ? dataOf(api.PATCH("/api/canned-replies/{id}", { params: { path: { id: reply.id } }, body }))
        : dataOf(api.POST("/api/canned-replies", { body }));
    if (!(await attempt(call))) return;
    onClose();
    await client.invalidateQueries({ queryKey: cannedRepliesQuery.queryKey });
  }
  return (
    <Dialog title={t(reply ? "canned.change" : "canned.make")} open onClose={onClose}>
      <form onSubmit={save}>
        <TextField
          label={t("canned.shortcut")}
          hint={t("canned.shortcut_hint")}
          error={errorOf(problem, "shortcut")}
          required
          maxLength={30}
          value={body.shortcut}
          onChange={({ target }) => setBody({ ...body, shortcut: target.value })}
        />
        <TextField
          label={t("canned.title")}
          error={errorOf(problem, "title")}
          required
          maxLength={100}
          value={body.title}
          onChange={({ target }) => setBody({ ...body, title: target.value })}
        />
        <TextArea
          label={t("canned.text")}
          hint={t("canned.text_hint", { gaps: GAPS.map((gap) => `{${gap}}`).join(" ") })}
          error={errorOf(problem, "text")}
          required
          rows={ROWS}
          maxLength={4000}
          value={body.text}
          onChange={({ target }) => setBody({ ...body, text: target.value })}
        />
        <WrongLine problem={problem} />
        <DialogButtons verb={t("save")} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
