import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { knowledgeQuery } from "../../api/queries.ts";
import { Dialog } from "../../components/dialog.tsx";
import { TextArea, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { KnowledgeItem } from "./knowledge.tsx";
import { FileField, PageField, storeFile, storePage } from "./source-fields.tsx";

const KINDS = ["qa", "text", "file", "page"] as const;
type Kind = (typeof KINDS)[number];
const KIND_WORDS = {
  qa: "knowledge.qa",
  text: "knowledge.text_kind",
  file: "knowledge.file_kind",
  page: "knowledge.page_kind",
} as const;
/** What is written by hand; what a file or a page was read into is corrected like a text. */
type Written = "qa" | "text";
const kindOf = (item: KnowledgeItem | null): Written => (item && item.type !== "qa" ? "text" : "qa");

const FIELDS = {
  qa: { head: "question", headMax: 1000, body: "answer", bodyMax: 4000, rows: 5 },
  text: { head: "title", headMax: 200, body: "text", bodyMax: 1_000_000, rows: 10 },
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
  const [kind, setKind] = useState<Kind>(kindOf(item));
  const [words, setWords] = useState(() => (draft ? { head: draft.question, body: draft.answer } : wordsOf(item)));
  const [problem, setProblem] = useState<unknown>(null);
  const [file, setFile] = useState<File | null>(null);
  const [url, setUrl] = useState("");
  const [isBusy, setIsBusy] = useState(false);

  async function save(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    setIsBusy(true);
    try {
      if (kind === "file") await (file && storeFile(botId, file));
      else if (kind === "page") await storePage(botId, url);
      else await storeWords(botId, item, kind, words);
      await client.invalidateQueries({ queryKey: knowledgeQuery(botId).queryKey });
      onClose(true);
    } catch (failure) {
      setProblem(failure);
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Dialog title={t(item ? "knowledge.edit" : "knowledge.add")} open onClose={() => onClose()}>
      <form onSubmit={save}>
        {!item && !draft && <KindChoice kind={kind} onKind={setKind} />}
        {kind === "file" && <FileField onFile={setFile} />}
        {kind === "page" && <PageField url={url} onUrl={setUrl} />}
        {(kind === "qa" || kind === "text") && (
          <Words kind={kind} words={words} onWords={setWords} isRead={item?.type === "page"} />
        )}
        <p role="status" className="hint">
          {isBusy && kind === "page" && t("knowledge.reading")}
        </p>
        <WrongLine problem={problem} />
        <DialogButtons verb={t("save")} onCancel={() => onClose()} />
      </form>
    </Dialog>
  );
}

interface WordsProps {
  kind: Written;
  words: { head: string; body: string };
  onWords: (words: { head: string; body: string }) => void;
  /** Read of a page: it is as it is. */
  isRead: boolean;
}

function Words({ kind, words, onWords, isRead }: WordsProps) {
  const { t } = useI18n();
  const field = FIELDS[kind];
  return (
    <>
      <TextField
        label={t(`knowledge.${field.head}`)}
        required
        maxLength={field.headMax}
        value={words.head}
        onChange={({ target }) => onWords({ ...words, head: target.value })}
      />
      <TextArea
        label={t(`knowledge.${field.body}`)}
        required={!isRead}
        readOnly={isRead}
        rows={field.rows}
        maxLength={field.bodyMax}
        value={words.body}
        onChange={({ target }) => onWords({ ...words, body: target.value })}
      />
    </>
  );
}

function storeWords(botId: string, item: KnowledgeItem | null, kind: Written, { head, body }: WordsProps["words"]) {
  const field = FIELDS[kind];
  const fields = { [field.head]: head, [field.body]: body };
  if (!item) {
    const params = { path: { id: botId } };
    return dataOf(api.POST("/api/bots/{id}/knowledge", { params, body: { type: kind, ...fields } }));
  }
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
          {t(KIND_WORDS[name])}
        </label>
      ))}
    </fieldset>
  );
}
