import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { knowledgeQuery } from "../../api/queries.ts";
import { Dialog } from "../../components/dialog.tsx";
import { TextArea, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { KnowledgeItem } from "./knowledge.tsx";

const KINDS = ["qa", "text"] as const;
type Kind = (typeof KINDS)[number];

const FIELDS = {
  qa: { head: "question", headMax: 1000, body: "answer", bodyMax: 4000, rows: 5 },
  text: { head: "title", headMax: 200, body: "text", bodyMax: 200_000, rows: 10 },
} as const;

const wordsOf = (item: KnowledgeItem | null) => {
  if (!item) return { head: "", body: "" };
  return item.type === "qa" ? { head: item.question, body: item.answer } : { head: item.title, body: item.text };
};

interface Props {
  botId: string;
  /** Null: a new one. */
  item: KnowledgeItem | null;
  /** What a new one begins with. */
  draft?: { question: string; answer: string };
  onClose: (isSaved?: boolean) => void;
}

/** Adds or changes something a bot knows. The kind of what is there cannot change. */
export function KnowledgeEditor({ botId, item, draft, onClose }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>(item?.type ?? "qa");
  const [words, setWords] = useState(() => (draft ? { head: draft.question, body: draft.answer } : wordsOf(item)));
  const [problem, setProblem] = useState<unknown>(null);
  const field = FIELDS[kind];

  async function save(event: FormEvent) {
    event.preventDefault();
    try {
      await store(botId, item, { type: kind, [field.head]: words.head, [field.body]: words.body });
      await client.invalidateQueries({ queryKey: knowledgeQuery(botId).queryKey });
      onClose(true);
    } catch (failure) {
      setProblem(failure);
    }
  }

  return (
    <Dialog title={t(item ? "knowledge.edit" : "knowledge.add")} open onClose={() => onClose()}>
      <form onSubmit={save}>
        {!item && !draft && <KindChoice kind={kind} onKind={setKind} />}
        <TextField
          label={t(`knowledge.${field.head}`)}
          required
          maxLength={field.headMax}
          value={words.head}
          onChange={({ target }) => setWords({ ...words, head: target.value })}
        />
        <TextArea
          label={t(`knowledge.${field.body}`)}
          required
          rows={field.rows}
          maxLength={field.bodyMax}
          value={words.body}
          onChange={({ target }) => setWords({ ...words, body: target.value })}
        />
        <WrongLine problem={problem} />
        <DialogButtons verb={t("save")} onCancel={() => onClose()} />
      </form>
    </Dialog>
  );
}

function store(botId: string, item: KnowledgeItem | null, body: { type: Kind; [field: string]: string }) {
  if (!item) return dataOf(api.POST("/api/bots/{id}/knowledge", { params: { path: { id: botId } }, body }));
  const { type: _, ...fields } = body;
  const path = { id: botId, item_id: item.id };
  return dataOf(api.PATCH("/api/bots/{id}/knowledge/{item_id}", { params: { path }, body: fields }));
}

function KindChoice({ kind, onKind }: { kind: Kind; onKind: (kind: Kind) => void }) {
  const { t } = useI18n();
  return (
    <fieldset className="kinds">
      <legend>{t("knowledge.kind")}</legend>
      {KINDS.map((name) => (
        <label key={name}>
          <input type="radio" name="kind" checked={name === kind} onChange={() => onKind(name)} />
          {t(`knowledge.${name === "qa" ? "qa" : "text_kind"}`)}
        </label>
      ))}
    </fieldset>
  );
}
