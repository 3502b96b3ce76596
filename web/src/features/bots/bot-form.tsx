import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type Dispatch, type FormEvent, type SetStateAction, useId, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { botsQuery, labelsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { errorOf as errorOfField, useAttempt } from "../../components/attempt.ts";
import { SelectField, TextArea, TextField } from "../../components/field.tsx";
import { SaveRow, WrongLine } from "../../components/form.tsx";
import { UnsavedGuard } from "../../components/unsaved-guard.tsx";
import { languageNames, languagesWith } from "../../i18n/languages.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { type BotDraft, changesOf, isChanged, onto } from "./bot-draft.ts";
import { type BotValues, HANDOFFS, type Handoff, LONGEST_DELAY_S, LONGEST_WAIT_S, TONES } from "./bot-values.ts";
import { HoursField } from "./hours-field.tsx";
import { ModelField } from "./model-field.tsx";

interface FormProps {
  draft: BotDraft;
  setDraft: Dispatch<SetStateAction<BotDraft>>;
}

/** What the bot is told, and how it behaves. */
export function BotForm({ draft, setDraft }: FormProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const [isSaved, setIsSaved] = useState(false);
  const { problem, isBusy, attempt } = useAttempt();
  const { bot, values } = draft;
  const isDirty = isChanged(draft);

  function change(part: Partial<BotValues>) {
    setDraft((was) => ({ ...was, values: { ...was.values, ...part } }));
    setIsSaved(false);
  }

  async function save(event: FormEvent) {
    event.preventDefault();
    await attempt(async () => {
      const params = { path: { id: bot.id } };
      const saved = await dataOf(api.PATCH("/api/bots/{id}", { params, body: changesOf(draft) }));
      // What is written while it is being saved is not saved.
      setDraft((now) => onto(saved, now, values));
      setIsSaved(true);
      await client.invalidateQueries({ queryKey: botsQuery.queryKey });
    });
  }

  const errorOf = (field: string) => errorOfField(problem, field);
  return (
    <form className="settings" onSubmit={save}>
      <UnsavedGuard isDirty={isDirty} />
      <fieldset disabled={!mayManage}>
        <legend className="sr-only">{t("bot.settings")}</legend>
        <Speech values={values} change={change} errorOf={errorOf} />
        <Waits values={values} change={change} errorOf={errorOf} />
        <ModelField
          value={values.model}
          isRefused={errorOf("model") !== undefined}
          onChange={(model) => change({ model })}
        />
        <CheckField
          label={t("bot.sees")}
          hint={t("bot.sees_hint")}
          checked={values.seesPictures}
          onChange={(seesPictures) => change({ seesPictures })}
        />
        <OpeningHours values={values} change={change} errorOf={errorOf} />
        <Handoffs values={values} change={change} errorOf={errorOf} />
        <Limits values={values} change={change} errorOf={errorOf} />
        <WrongLine problem={problem} />
        {mayManage && <SaveRow isBusy={isBusy} isSaved={isSaved && !isDirty} />}
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
  const names = languageNames(language);
  const codes = ["auto", ...languagesWith(values.language === "auto" ? null : values.language)];
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
      <TextArea
        label={t("bot.greeting")}
        hint={t("bot.greeting_hint")}
        error={errorOf("greeting")}
        rows={2}
        maxLength={500}
        value={values.greeting}
        onChange={({ target }) => change({ greeting: target.value })}
      />
      <SelectField label={t("bot.tone")} value={values.tone} onChange={({ target }) => change({ tone: target.value })}>
        {TONES.map((tone) => (
          <option key={tone} value={tone}>
            {t(`tone.${tone}`)}
          </option>
        ))}
      </SelectField>
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

/** When people are there, and what happens when they are not. */
function OpeningHours({ values, change, errorOf }: PartProps) {
  const { t } = useI18n();
  return (
    <fieldset className="part">
      <legend>{t("hours.title")}</legend>
      <HoursField hours={values.hours} onChange={(hours) => change({ hours })} error={errorOf("hours")} />
      {values.hours.isKept && (
        <>
          <SelectField
            label={t("closed.what")}
            error={errorOf("hands_over_when_closed")}
            value={values.handsOverWhenClosed ? "hand_over" : "answer"}
            onChange={({ target }) => change({ handsOverWhenClosed: target.value === "hand_over" })}
          >
            <option value="answer">{t("closed.answer")}</option>
            <option value="hand_over">{t("closed.hand_over")}</option>
          </SelectField>
          <Saying
            label={t("closed.message")}
            hint={t("closed.message_hint")}
            choice={values.closed}
            text={values.closedMessage}
            error={errorOf("closed_message")}
            onChoice={(closed) => change({ closed })}
            onText={(closedMessage) => change({ closedMessage })}
          />
        </>
      )}
    </fieldset>
  );
}

/** When it calls people by itself, and what it says then. */
function Handoffs({ values, change, errorOf }: PartProps) {
  const { t } = useI18n();
  return (
    <fieldset className="part">
      <legend>{t("rules.title")}</legend>
      <p className="hint">{t("rules.hint")}</p>
      <TextArea
        label={t("rules.keywords")}
        hint={t("rules.keywords_hint")}
        error={errorOf("handoff_keywords")}
        rows={3}
        value={values.keywords}
        onChange={({ target }) => change({ keywords: target.value })}
      />
      <CallingLabels chosen={values.labels} onChange={(labels) => change({ labels })} />
      <CheckField
        label={t("rules.anger")}
        hint={t("rules.anger_hint")}
        checked={values.handsOverWhenAngry}
        onChange={(handsOverWhenAngry) => change({ handsOverWhenAngry })}
      />
      <div className="grid gap-x-4 sm:grid-cols-2">
        <NumberField
          label={t("rules.confidence")}
          hint={t("rules.confidence_hint")}
          error={errorOf("handoff_confidence")}
          max={100}
          value={values.confidence}
          onText={(confidence) => change({ confidence })}
        />
        <NumberField
          label={t("rules.repeats")}
          hint={t("rules.repeats_hint")}
          error={errorOf("handoff_repeats")}
          max={10}
          value={values.repeats}
          onText={(repeats) => change({ repeats })}
        />
      </div>
      <Saying
        label={t("bot.handoff")}
        hint={t("bot.handoff_hint")}
        choice={values.handoff}
        text={values.handoffMessage}
        error={errorOf("handoff_message")}
        onChoice={(handoff) => change({ handoff })}
        onText={(handoffMessage) => change({ handoffMessage })}
      />
    </fieldset>
  );
}

/** Labels of conversations that are people's. */
function CallingLabels({ chosen, onChange }: { chosen: string[]; onChange: (labels: string[]) => void }) {
  const { t } = useI18n();
  const labels = useQuery(labelsQuery).data?.items ?? [];
  if (labels.length === 0) return null;
  return (
    <fieldset className="field">
      <legend>{t("rules.labels")}</legend>
      {labels.map(({ id, name }) => (
        <label className="check" key={id}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={({ target }) => onChange(target.checked ? [...chosen, id] : chosen.filter((it) => it !== id))}
          />
          <span dir="auto">{name}</span>
        </label>
      ))}
      <p className="hint">{t("rules.labels_hint")}</p>
    </fieldset>
  );
}

/** After how many answers people go on. */
function Limits({ values, change, errorOf }: PartProps) {
  const { t } = useI18n();
  return (
    <fieldset className="part">
      <legend>{t("limits.title")}</legend>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <NumberField
          label={t("limits.per_customer")}
          hint={t("limits.per_customer_hint")}
          error={errorOf("answers_per_customer")}
          max={1000}
          value={values.perCustomer}
          onText={(perCustomer) => change({ perCustomer })}
        />
        <NumberField
          label={t("limits.per_day")}
          hint={t("limits.per_day_hint")}
          error={errorOf("answers_per_day")}
          max={100_000}
          value={values.perDay}
          onText={(perDay) => change({ perDay })}
        />
        <NumberField
          label={t("limits.tokens")}
          hint={t("limits.tokens_hint")}
          error={errorOf("tokens_per_day")}
          max={10_000_000_000}
          value={values.tokens}
          onText={(tokens) => change({ tokens })}
        />
        <TextField
          label={t("limits.cost")}
          hint={t("limits.cost_hint")}
          error={errorOf("cost_per_day")}
          type="number"
          min={0.000001}
          step="any"
          value={values.cost}
          onChange={({ target }) => change({ cost: target.value })}
        />
      </div>
    </fieldset>
  );
}

interface CheckProps {
  label: string;
  hint: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

/** Something that is done or not. */
function CheckField({ label, hint, checked, onChange }: CheckProps) {
  const hintId = useId();
  return (
    <div className="field">
      <label className="check">
        <input
          type="checkbox"
          aria-describedby={hintId}
          checked={checked}
          onChange={({ target }) => onChange(target.checked)}
        />
        {label}
      </label>
      <p className="hint" id={hintId}>
        {hint}
      </p>
    </div>
  );
}

interface NumberProps {
  label: string;
  hint: string;
  error: string | undefined;
  max: number;
  value: string;
  onText: (text: string) => void;
}

/** A whole number, or nothing. */
const NumberField = ({ onText, ...props }: NumberProps) => (
  <TextField type="number" min={1} step={1} onChange={({ target }) => onText(target.value)} {...props} />
);

interface SayingProps {
  label: string;
  hint: string;
  choice: Handoff;
  text: string;
  error: string | undefined;
  onChoice: (choice: Handoff) => void;
  onText: (text: string) => void;
}

/** What a customer is told: our sentence, one of the business, or nothing. */
function Saying({ label, hint, choice, text, error, onChoice, onText }: SayingProps) {
  const { t } = useI18n();
  return (
    <>
      <SelectField
        label={label}
        hint={hint}
        value={choice}
        onChange={({ target }) => onChoice(target.value as Handoff)}
      >
        {HANDOFFS.map((handoff) => (
          <option key={handoff} value={handoff}>
            {t(`handoff.${handoff}`)}
          </option>
        ))}
      </SelectField>
      {choice === "own" && (
        <TextField
          label={t("bot.handoff_message")}
          error={error}
          required
          maxLength={1000}
          value={text}
          onChange={({ target }) => onText(target.value)}
        />
      )}
    </>
  );
}
