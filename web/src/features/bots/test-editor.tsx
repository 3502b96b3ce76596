import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { botTestsQuery, foundQuery, knowledgeQuery } from "../../api/queries.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { SelectField, TextArea, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { usePaused } from "../../components/paused.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { headOf, useItem } from "./item-words.ts";
import { ToolsExpected } from "./test-tools.tsx";
import { type BotTest, fieldsOf, HANDOFFS, type Handoff, MAX_TURNS, type TestValues, valuesOf } from "./test-values.ts";

const LONGEST_TURN = 4096;
/** What the API searches for at most. */
const LONGEST_QUERY = 1000;

interface Props {
  botId: string;
  /** Null: a new one. */
  test: BotTest | null;
  /** What a new one begins with. */
  draft?: TestValues;
  onClose: (isSaved?: boolean) => void;
}

/** Writes a test, or changes it. */
export function TestEditor({ botId, test, draft, onClose }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [values, setValues] = useState(() => draft ?? valuesOf(test));
  const { problem, isBusy, attempt } = useAttempt();
  const [isDirty, setIsDirty] = useState(false);
  function change(part: Partial<TestValues>) {
    setValues((was) => ({ ...was, ...part }));
    setIsDirty(true);
  }

  function save(event: FormEvent) {
    event.preventDefault();
    attempt(async () => {
      await store(botId, test, values);
      await client.invalidateQueries({ queryKey: botTestsQuery(botId).queryKey, exact: true });
      onClose(true);
    });
  }

  return (
    <FormDialog title={t(test ? "test.edit" : "test.add")} isDirty={isDirty} onClose={() => onClose()}>
      {(leave) => (
        <form className="test-form" onSubmit={save}>
          <TextField
            label={t("test.name")}
            error={errorOf(problem, "name")}
            required
            maxLength={100}
            value={values.name}
            onChange={({ target }) => change({ name: target.value })}
          />
          <Turns turns={values.turns} error={errorOf(problem, "turns")} onTurns={(turns) => change({ turns })} />
          <fieldset className="expected">
            <legend>{t("test.expected")}</legend>
            <p className="hint">{t("test.expected_hint")}</p>
            <TextArea
              label={t("test.must_say")}
              hint={t("test.texts_hint")}
              error={errorOf(problem, "must_say")}
              rows={2}
              value={values.mustSay}
              onChange={({ target }) => change({ mustSay: target.value })}
            />
            <TextArea
              label={t("test.must_not_say")}
              error={errorOf(problem, "must_not_say")}
              rows={2}
              value={values.mustNotSay}
              onChange={({ target }) => change({ mustNotSay: target.value })}
            />
            <KnowledgeChoice
              botId={botId}
              values={values}
              error={errorOf(problem, "knowledge_item_id")}
              onItem={(item) => change({ item })}
            />
            <SelectField
              label={t("test.handoff")}
              value={values.handoff}
              onChange={({ target }) => change({ handoff: target.value as Handoff })}
            >
              {HANDOFFS.map((handoff) => (
                <option key={handoff} value={handoff}>
                  {t(`test.handoff.${handoff}`)}
                </option>
              ))}
            </SelectField>
            <ToolsExpected
              botId={botId}
              expected={values.tools}
              error={errorOf(problem, "must_call") ?? errorOf(problem, "must_not_call")}
              onExpected={(tools) => change({ tools })}
            />
          </fieldset>
          <WrongLine problem={problem} />
          <DialogButtons verb={t("save")} isBusy={isBusy} onCancel={leave} />
        </form>
      )}
    </FormDialog>
  );
}

function store(botId: string, test: BotTest | null, values: TestValues) {
  const body = fieldsOf(values);
  if (!test) return dataOf(api.POST("/api/bots/{id}/tests", { params: { path: { id: botId } }, body }));
  const path = { id: botId, item_id: test.id };
  return dataOf(api.PATCH("/api/bots/{id}/tests/{item_id}", { params: { path }, body }));
}

interface TurnsProps {
  turns: string[];
  error: string | undefined;
  onTurns: (turns: string[]) => void;
}

/** What the customer says, one message after another. */
function Turns({ turns, error, onTurns }: TurnsProps) {
  const { t } = useI18n();
  const add = useRef<HTMLButtonElement>(null);
  return (
    <fieldset className="turns">
      <legend className="sr-only">{t("test.turns")}</legend>
      {turns.map((turn, index) => (
        <div key={index}>
          <TextArea
            label={index === 0 ? t("test.turn_first") : t("test.turn", { number: index + 1 })}
            error={index === turns.length - 1 ? error : undefined}
            required={index === 0}
            rows={2}
            maxLength={LONGEST_TURN}
            value={turn}
            onChange={({ target }) => onTurns(turns.with(index, target.value))}
          />
          {turns.length > 1 && (
            <button
              type="button"
              className="plain"
              title={t("test.turn_remove")}
              onClick={() => {
                // The last button goes with its message, and the focus must not.
                add.current?.focus();
                onTurns(turns.toSpliced(index, 1));
              }}
            >
              <Icon name="trash" />
              <span className="sr-only">{`${t("test.turn_remove")}: ${index + 1}`}</span>
            </button>
          )}
        </div>
      ))}
      {turns.length < MAX_TURNS && (
        <button ref={add} type="button" onClick={() => onTurns([...turns, ""])}>
          <Icon name="plus" />
          {t("test.turn_add")}
        </button>
      )}
    </fieldset>
  );
}

interface ChoiceProps {
  botId: string;
  values: TestValues;
  error: string | undefined;
  onItem: (item: string) => void;
}

/** What it must be answered from: what the bot finds for the last message first, then what else it knows. */
function KnowledgeChoice({ botId, values, error, onItem }: ChoiceProps) {
  const { t } = useI18n();
  const said = values.turns.findLast((turn) => turn.trim() !== "") ?? "";
  const q = usePaused(said.trim().slice(0, LONGEST_QUERY));
  const found = useQuery({ ...foundQuery(botId, q), enabled: q !== "" });
  const known = useInfiniteQuery(knowledgeQuery(botId));
  const { item: chosen, isGone } = useItem(botId, values.item || null);
  const heads = new Map<string, string>();
  for (const { item_id, question, text } of found.data?.items ?? []) {
    heads.set(item_id, question ?? text.split("\n", 1)[0] ?? "");
  }
  for (const item of known.data?.pages.flatMap((page) => page.items) ?? []) heads.set(item.id, headOf(item));
  if (chosen) heads.set(chosen.id, headOf(chosen));
  return (
    <SelectField
      label={t("test.item")}
      error={error}
      value={values.item}
      onChange={({ target }) => onItem(target.value)}
    >
      <option value="">{t("test.item_any")}</option>
      {values.item !== "" && !heads.has(values.item) && (
        <option value={values.item}>{t(isGone ? "test.item_gone" : "test.item_chosen")}</option>
      )}
      {[...heads].map(([id, head]) => (
        <option key={id} value={id}>
          {head}
        </option>
      ))}
    </SelectField>
  );
}
