import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { knowledgeKey } from "../../api/queries.ts";
import { useAttempt } from "../../components/attempt.ts";
import { TextArea, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { bodyOf, headOf, type KnowledgeItem } from "./item-words.ts";
import { AddressField, FileField, type Schedule, ScheduleField, storeAddress, storeFile } from "./source-fields.tsx";

export const KINDS = ["qa", "text", "file", "page", "site"] as const;
type Kind = (typeof KINDS)[number];
export const KIND_WORDS = {
  qa: "knowledge.qa",
  text: "knowledge.text_kind",
  file: "knowledge.file_kind",
  page: "knowledge.page_kind",
  site: "knowledge.site_kind",
} as const;
/** What is written by hand; what a file or a page was read into is corrected like a text. */
type Written = "qa" | "text";
const kindOf = (item: KnowledgeItem | null): Written => (item && item.type !== "qa" ? "text" : "qa");

const FIELDS = {
  qa: { head: "question", headMax: 1000, body: "answer", bodyMax: 4000, rows: 5 },
  text: { head: "title", headMax: 200, body: "text", bodyMax: 200_000, rows: 10 },
} as const;
/** What a file was read into may be longer than what is written by hand. */
const LONGEST_FILE = 1_000_000;

const wordsOf = (item: KnowledgeItem | null) =>
  item ? { head: headOf(item), body: bodyOf(item) } : { head: "", body: "" };

/** How often it is read; null: it is not, or with its site. */
const scheduleOf = (item: KnowledgeItem | null): Schedule | null => {
  if (!item) return "weekly";
  return item.type === "page" || item.type === "site" ? ((item.schedule ?? null) as Schedule | null) : null;
};

const ChangedMeanwhile = lazy(() => import("./changed-meanwhile.tsx"));

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
  const begun = (it: KnowledgeItem | null) => (draft ? { head: draft.question, body: draft.answer } : wordsOf(it));
  const [kind, setKind] = useState<Kind>(kindOf(item));
  const [words, setWords] = useState(() => begun(item));
  const { problem, isBusy, attempt } = useAttempt();
  const [file, setFile] = useState<File | null>(null);
  const [url, setUrl] = useState("");
  const [schedule, setSchedule] = useState(scheduleOf(item));
  // What is saved over. If somebody has changed it while it was written here, saving once more is saving over that.
  const [base, setBase] = useState(item);
  const [theirs, setTheirs] = useState<KnowledgeItem | null>(null);
  const { head, body } = begun(base);
  const isDirty =
    words.head !== head || words.body !== body || file !== null || url !== "" || schedule !== scheduleOf(base);

  const reread = () => client.invalidateQueries({ queryKey: knowledgeKey(botId) });

  async function store() {
    try {
      if (kind === "file") await (file && storeFile(botId, file));
      else if (kind === "page" || kind === "site") await storeAddress(botId, kind, url, schedule ?? "weekly");
      else await storeWords(botId, base, kind, words, schedule);
    } catch (failure) {
      if (item && failure instanceof Problem && failure.code === "knowledge_changed") return look(item.id);
      throw failure;
    }
    await reread();
    onClose(true);
  }

  async function look(id: string) {
    const params = { path: { id: botId, item_id: id } };
    try {
      const now = await dataOf(api.GET("/api/bots/{id}/knowledge/{item_id}", { params }));
      setBase(now);
      setTheirs(now);
    } finally {
      await reread();
    }
  }

  function save(event: FormEvent) {
    event.preventDefault();
    attempt(store);
  }

  function take() {
    setWords(wordsOf(theirs));
    setTheirs(null);
  }

  return (
    <FormDialog title={t(item ? "knowledge.edit" : "knowledge.add")} isDirty={isDirty} onClose={() => onClose()}>
      {(leave) => (
        <form onSubmit={save}>
          {!item && !draft && <KindChoice kind={kind} onKind={setKind} />}
          {kind === "file" && <FileField onFile={setFile} />}
          {(kind === "page" || kind === "site") && <AddressField kind={kind} url={url} onUrl={setUrl} />}
          {(kind === "qa" || kind === "text") && (
            <Words kind={kind} words={words} onWords={setWords} read={item?.type} />
          )}
          {schedule && (item || kind === "page" || kind === "site") && (
            <ScheduleField schedule={schedule} onSchedule={setSchedule} />
          )}
          {theirs && (
            <Suspense>
              <ChangedMeanwhile item={theirs} words={words} onTake={take} />
            </Suspense>
          )}
          <WrongLine problem={problem} />
          <DialogButtons verb={t("save")} isBusy={isBusy} onCancel={leave} />
        </form>
      )}
    </FormDialog>
  );
}

interface WordsProps {
  kind: Written;
  words: { head: string; body: string };
  onWords: (words: { head: string; body: string }) => void;
  /** As what it was read, if it was: what a page says is as it is, and a site says nothing itself. */
  read: KnowledgeItem["type"] | undefined;
}

function Words({ kind, words, onWords, read }: WordsProps) {
  const { t } = useI18n();
  const field = FIELDS[kind];
  const isRead = read === "page";
  return (
    <>
      <TextField
        label={t(`knowledge.${field.head}`)}
        required
        maxLength={field.headMax}
        value={words.head}
        onChange={({ target }) => onWords({ ...words, head: target.value })}
      />
      {read !== "site" && (
        <TextArea
          label={t(`knowledge.${field.body}`)}
          required={!isRead}
          readOnly={isRead}
          rows={field.rows}
          maxLength={read === "file" ? LONGEST_FILE : field.bodyMax}
          value={words.body}
          onChange={({ target }) => onWords({ ...words, body: target.value })}
        />
      )}
    </>
  );
}

function storeWords(
  botId: string,
  item: KnowledgeItem | null,
  kind: Written,
  { head, body }: WordsProps["words"],
  schedule: Schedule | null,
) {
  const field = FIELDS[kind];
  const before = wordsOf(item);
  // What has not changed is not sent: a long text need not travel for another title.
  const fields = {
    ...(head !== before.head && { [field.head]: head }),
    ...(body !== before.body && { [field.body]: body }),
  };
  if (!item) {
    const params = { path: { id: botId } };
    return dataOf(api.POST("/api/bots/{id}/knowledge", { params, body: { type: kind, ...fields } }));
  }
  const params = { path: { id: botId, item_id: item.id } };
  // A page is read anew by itself, and only its title is written here.
  const seen = item.type === "page" || item.type === "site" ? {} : { version: item.version };
  const changed = { ...fields, ...seen, ...(schedule && { schedule }) };
  return dataOf(api.PATCH("/api/bots/{id}/knowledge/{item_id}", { params, body: changed }));
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
