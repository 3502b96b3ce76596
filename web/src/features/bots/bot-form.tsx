import { useQueryClient } from "@tanstack/react-query";
import { type Dispatch, type FormEvent, type SetStateAction, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { botsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { SelectField, TextArea, TextField } from "../../components/field.tsx";
import { SaveRow, WrongLine } from "../../components/form.tsx";
import { UnsavedGuard } from "../../components/unsaved-guard.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import {
  type BotValues,
  HANDOFFS,
  type Handoff,
  LONGEST_DELAY_S,
  LONGEST_WAIT_S,
  patchOf,
  valuesOf,
} from "./bot-values.ts";
import type { Bot } from "./bots-page.tsx";

const LANGUAGES = ["auto", "en", "tr", "ar", "de", "fr", "es", "it", "nl", "pt", "ru"];

interface FormProps {
  bot: Bot;
  values: BotValues;
  setValues: Dispatch<SetStateAction<BotValues>>;
  isDirty: boolean;
  setIsDirty: (isDirty: boolean) => void;
}

/** What the bot is told, and how it behaves. */
export function BotForm({ bot, values, setValues, isDirty, setIsDirty }: FormProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const [isSaved, setIsSaved] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const errors = problem instanceof Problem ? problem.errors : [];

  function change(part: Partial<BotValues>) {
    setValues((was) => ({ ...was, ...part }));
    setIsDirty(true);
    setIsSaved(false);
  }

  async function save(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    try {
      const params = { path: { id: bot.id } };
      const saved = await dataOf(api.PATCH("/api/bots/{id}", { params, body: patchOf(values) }));
      setValues(valuesOf(saved));
      setIsDirty(false);
      setIsSaved(true);
      await client.invalidateQueries({ queryKey: botsQuery.queryKey });
    } catch (failure) {
      setProblem(failure);
    }
  }

  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message;
  return (
    <form className="settings" onSubmit={save}>
      <UnsavedGuard isDirty={isDirty} />
      <fieldset disabled={!mayManage}>
        <legend className="sr-only">{t("bot.settings")}</legend>
        <Speech values={values} change={change} errorOf={errorOf} />
        <Waits values={values} change={change} errorOf={errorOf} />
        <HandoffFields values={values} change={change} errorOf={errorOf} />
        <ModelField values={values} change={change} errorOf={errorOf} />
        <WrongLine problem={problem} />
        {mayManage && <SaveRow isSaved={isSaved} />}
      </fieldset>
    </form>
  );
}

interface PartProps {
  values: BotValues;
  change: (part: Partial<BotValues>) => void;
  errorOf: (field: string) => string | undefined;
}

function Speech({ values, change, errorOf }: PartProps) {
  const { t, language } = useI18n();
  const names = new Intl.DisplayNames(language, { type: "language" });
  const codes = LANGUAGES.includes(values.language) ? LANGUAGES : [...LANGUAGES, values.language];
  return (
    <>
      <TextField
        label={t("bot.name")}
        error={errorOf("name")}
        required
        maxLength={100}
        value={values.name}
        onChange={({ target }) => change({ name: target.value })}
      />
      <TextArea
        label={t("bot.instructions")}
        hint={t("bot.instructions_hint")}
        error={errorOf("instructions")}
        rows={8}
        maxLength={20_000}
        value={values.instructions}
        onChange={({ target }) => change({ instructions: target.value })}
      />
      <SelectField
        label={t("bot.language")}
        error={errorOf("language")}
        value={values.language}
        onChange={({ target }) => change({ language: target.value })}
      >
        {codes.map((code) => (
          <option key={code} value={code}>
            {code === "auto" ? t("bot.language_auto") : names.of(code)}
          </option>
        ))}
      </SelectField>
    </>
  );
}

/** How long it waits for a customer to have said everything. */
function Waits({ values, change, errorOf }: PartProps) {
  const { t } = useI18n();
  return (
    <div className="grid gap-x-4 sm:grid-cols-2">
      <TextField
        label={t("bot.delay")}
        hint={t("bot.delay_hint")}
        error={errorOf("reply_delay_ms")}
        type="number"
        required
        min={0}
        max={LONGEST_DELAY_S}
        step={0.1}
        value={values.delay}
        onChange={({ target }) => change({ delay: target.value })}
      />
      <TextField
        label={t("bot.longest")}
        hint={t("bot.longest_hint")}
        error={errorOf("max_wait_ms")}
        type="number"
        required
        min={0}
        max={LONGEST_WAIT_S}
        step={0.1}
        value={values.longest}
        onChange={({ target }) => change({ longest: target.value })}
      />
    </div>
  );
}

/** What it says when it hands over to people. */
function HandoffFields({ values, change, errorOf }: PartProps) {
  const { t } = useI18n();
  return (
    <>
      <SelectField
        label={t("bot.handoff")}
        hint={t("bot.handoff_hint")}
        value={values.handoff}
        onChange={({ target }) => change({ handoff: target.value as Handoff })}
      >
        {HANDOFFS.map((handoff) => (
          <option key={handoff} value={handoff}>
            {t(`handoff.${handoff}`)}
          </option>
        ))}
      </SelectField>
      {values.handoff === "own" && (
        <TextField
          label={t("bot.handoff_message")}
          error={errorOf("handoff_message")}
          required
          maxLength={1000}
          value={values.handoffMessage}
          onChange={({ target }) => change({ handoffMessage: target.value })}
        />
      )}
    </>
  );
}

function ModelField({ values, change, errorOf }: PartProps) {
  const { t } = useI18n();
  return (
    <TextField
      label={t("bot.model")}
      hint={t("bot.model_hint")}
      error={errorOf("model")}
      maxLength={200}
      dir="ltr"
      value={values.model}
      onChange={({ target }) => change({ model: target.value })}
    />
  );
}
