import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { modelsQuery } from "../../api/queries.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { WrongLine } from "../../components/form.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import {
  bodyOf,
  KEYS,
  type KeyChoice,
  type ModelServer,
  type Place,
  PURPOSES,
  type ServerValues,
  valuesOf,
} from "./model-values.ts";

interface Props {
  place: Place;
  server: ModelServer | null;
  onClose: () => void;
}

/** A server of the business's own: where it is, its key, and its models. */
export function ModelServerForm({ place, server, onClose }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [values, setValues] = useState(() => valuesOf(server));
  const [checked, setChecked] = useState<Schemas["CheckedBody"] | null>(null);
  const { problem, isBusy, attempt } = useAttempt();
  const params = { path: { place } };
  function change(part: Partial<ServerValues>) {
    setValues((was) => ({ ...was, ...part }));
    setChecked((was) => (was ? { ...was, models: [] } : null));
  }
  const check = () =>
    attempt(async () => {
      setChecked(await dataOf(api.POST("/api/models/{place}/check", { params, body: bodyOf(values) })));
    });
  async function save(event: FormEvent) {
    event.preventDefault();
    if (!(await attempt(() => dataOf(api.PUT("/api/models/{place}", { params, body: bodyOf(values) }))))) return;
    onClose();
    await client.invalidateQueries({ queryKey: modelsQuery.queryKey });
  }
  return (
    <Dialog title={t(`models.${place}`)} open onClose={onClose}>
      <form onSubmit={save} autoComplete="off">
        <TextField
          label={t("models.address")}
          hint={t("models.address_hint")}
          error={errorOf(problem, "base_url")}
          required
          type="url"
          dir="ltr"
          maxLength={500}
          placeholder="https://api.openai.com/v1"
          value={values.baseUrl}
          onChange={({ target }) => change({ baseUrl: target.value })}
        />
        <KeyField
          values={values}
          change={change}
          hasKey={server?.has_key ?? false}
          error={errorOf(problem, "api_key")}
        />
        <Names values={values} change={change} offers={checked?.offers ?? []} error={errorOf(problem, "answering")} />
        <div className="grid gap-x-4 sm:grid-cols-2">
          <TextField
            label={t("models.prompt_price")}
            hint={t("models.price_hint")}
            error={errorOf(problem, "prompt_price")}
            type="number"
            min={0}
            step="any"
            value={values.promptPrice}
            onChange={({ target }) => change({ promptPrice: target.value })}
          />
          <TextField
            label={t("models.completion_price")}
            error={errorOf(problem, "completion_price")}
            type="number"
            min={0}
            step="any"
            value={values.completionPrice}
            onChange={({ target }) => change({ completionPrice: target.value })}
          />
          <TextField
            label={t("models.minute_price")}
            error={errorOf(problem, "minute_price")}
            type="number"
            min={0}
            step="any"
            value={values.minutePrice}
            onChange={({ target }) => change({ minutePrice: target.value })}
          />
        </div>
        <Outcome checked={checked} isBusy={isBusy} />
        <WrongLine problem={problem} />
        <div className="buttons">
          <button type="button" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="button" disabled={isBusy} onClick={check}>
            {t("models.check")}
          </button>
          <button type="submit" className="main" disabled={isBusy}>
            {t("save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface PartProps {
  values: ServerValues;
  change: (part: Partial<ServerValues>) => void;
  error: string | undefined;
}

/** Nobody can read a key, so one that is there can only stay, go, or be replaced. */
function KeyField({ values, change, hasKey, error }: PartProps & { hasKey: boolean }) {
  const { t } = useI18n();
  return (
    <>
      {hasKey && (
        <SelectField
          label={t("models.key")}
          error={values.keyChoice === "keep" ? error : undefined}
          value={values.keyChoice}
          onChange={({ target }) => change({ keyChoice: target.value as KeyChoice })}
        >
          {KEYS.map((choice) => (
            <option key={choice} value={choice}>
              {t(`models.key.${choice}`)}
            </option>
          ))}
        </SelectField>
      )}
      {values.keyChoice === "set" && (
        <TextField
          label={hasKey ? t("models.key.new") : t("models.key")}
          hint={t("models.key_hint")}
          error={error}
          type="password"
          autoComplete="new-password"
          dir="ltr"
          maxLength={1000}
          value={values.key}
          onChange={({ target }) => change({ key: target.value })}
        />
      )}
    </>
  );
}

function Names({ values, change, offers, error }: PartProps & { offers: string[] }) {
  const { t } = useI18n();
  const list = useId();
  return (
    <fieldset className="part">
      <legend className="font-semibold">{t("models.names")}</legend>
      <p className="hint">{t("models.names_hint")}</p>
      <datalist id={list}>
        {offers.map((offer) => (
          <option key={offer} value={offer} />
        ))}
      </datalist>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {PURPOSES.map((purpose) => (
          <TextField
            key={purpose}
            label={t(`purpose.${purpose}`)}
            error={purpose === "answering" ? error : undefined}
            dir="ltr"
            list={list}
            maxLength={200}
            value={values.models[purpose]}
            onChange={({ target }) => change({ models: { ...values.models, [purpose]: target.value } })}
          />
        ))}
      </div>
    </fieldset>
  );
}

/** What the server answered, model by model. */
function Outcome({ checked, isBusy }: { checked: Schemas["CheckedBody"] | null; isBusy: boolean }) {
  const { t, isKey, number } = useI18n();
  const words = ({ problem, status }: Schemas["CheckedModelBody"]) => {
    const key = `models.problem.${problem}`;
    const text = isKey(key) ? t(key) : problem;
    return status ? `${text} (HTTP ${status})` : text;
  };
  return (
    <div role="status">
      {isBusy && <p className="hint">{t("models.checking")}</p>}
      <ul>
        {!isBusy &&
          checked?.models.map((model) => (
            <li key={model.name} className={model.problem ? "wrong" : undefined}>
              <bdi dir="ltr">{model.name}</bdi>:{" "}
              {model.problem
                ? words(model)
                : t("models.works", {
                    seconds: number(model.took_ms / 1000, { maximumFractionDigits: 1 }),
                  })}
            </li>
          ))}
      </ul>
    </div>
  );
}
