import { type FormEvent, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { SelectField, TextArea, TextField } from "../../components/field.tsx";
import { WrongLine } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { FactsLine, useFigures } from "./facts.tsx";
import { givenOf, type InputRow, linesOf, parsed, rowsToTry, type Schema } from "./tool-inputs.ts";
import { type ActionValues, asksFor, isSafe } from "./tool-values.ts";

interface Filled {
  inputs: Schema;
  phone: string | null;
  given_phone: string | null;
  name: string | null;
}

interface Props {
  values: ActionValues;
  problem: unknown;
  attempt: (action: () => Promise<unknown>) => Promise<boolean>;
  isBusy: boolean;
  make: (filled: Filled) => Promise<Schemas["TriedToolBody"]>;
}

const digitsOf = (phone: string) => phone.replace(/\D/g, "") || null;

/** Makes the request of an action, as it stands in the form. */
export function TryAction({ values, problem, attempt, isBusy, make }: Props) {
  const { t } = useI18n();
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [json, setJson] = useState("{}");
  const [phone, setPhone] = useState("");
  const [givenPhone, setGivenPhone] = useState("");
  const [name, setName] = useState("");
  const [tried, setTried] = useState<Schemas["TriedToolBody"] | null>(null);
  const rows = rowsToTry(values.inputs);

  async function send(event: FormEvent) {
    event.preventDefault();
    setTried(null);
    await attempt(async () => {
      const inputs = rows ? givenOf(rows, texts) : parsed(json);
      if (!inputs) throw new Problem(422, { detail: t("tool.not_json") });
      const facts = { phone: digitsOf(phone), given_phone: digitsOf(givenPhone), name: name.trim() || null };
      setTried(await make({ inputs, ...facts }));
    });
  }

  return (
    <form className="try-action" onSubmit={send} aria-labelledby="try-action-title">
      <h3 id="try-action-title">{t("tool.try")}</h3>
      <p className="hint">{t("tool.try_hint")}</p>
      {!isSafe(values.method) && (
        <p className="warning">
          <Icon name="alert" />
          {t("tool.try_real", { method: values.method })}
        </p>
      )}
      {rows?.map((row, index) => (
        <InputToTry
          key={index}
          row={row}
          text={texts[row.name] ?? ""}
          onText={(text) => setTexts((was) => ({ ...was, [row.name]: text }))}
        />
      ))}
      {!rows && (
        <TextArea
          label={t("tool.try_inputs")}
          className="code"
          dir="ltr"
          rows={4}
          spellCheck={false}
          value={json}
          onChange={({ target }) => setJson(target.value)}
        />
      )}
      {asksFor(values, "customer.phone") && (
        <TextField
          label={t("tool.known.customer.phone")}
          inputMode="tel"
          dir="ltr"
          value={phone}
          onChange={({ target }) => setPhone(target.value)}
        />
      )}
      {asksFor(values, "customer.given_phone") && (
        <TextField
          label={t("tool.known.customer.given_phone")}
          inputMode="tel"
          dir="ltr"
          value={givenPhone}
          onChange={({ target }) => setGivenPhone(target.value)}
        />
      )}
      {asksFor(values, "customer.name") && (
        <TextField
          label={t("tool.known.customer.name")}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      )}
      <button type="submit" disabled={isBusy}>
        <Icon name="play" />
        {t("tool.try_verb")}
      </button>
      <div role="status">
        {isBusy && <p className="hint">{t("tool.trying")}</p>}
        {tried && <Outcome tried={tried} />}
      </div>
      <WrongLine problem={problem} />
    </form>
  );
}

interface InputProps {
  row: InputRow;
  text: string;
  onText: (text: string) => void;
}

/** A field for what the model would fill in. */
function InputToTry({ row: { name, kind, about, choices }, text, onText }: InputProps) {
  const { t } = useI18n();
  const shared = { label: name, value: text, ...(about && { hint: about }) };
  if (kind === "boolean" || kind === "choice") {
    const options = kind === "choice" ? linesOf(choices) : ["true", "false"];
    return (
      <SelectField {...shared} onChange={({ target }) => onText(target.value)}>
        <option value="" />
        {options.map((option) => (
          <option key={option} value={option}>
            {kind === "choice" ? option : t(option === "true" ? "tool.yes" : "tool.no")}
          </option>
        ))}
      </SelectField>
    );
  }
  return (
    <TextField
      {...shared}
      {...(kind === "number" && { type: "number", step: "any" })}
      onChange={({ target }) => onText(target.value)}
    />
  );
}

function Outcome({ tried: { ok, text, status, took_ms: took } }: { tried: Schemas["TriedToolBody"] }) {
  const { t } = useI18n();
  const figures = useFigures();
  return (
    <div className={ok ? "came-of-it" : "came-of-it amiss"}>
      <p className="who">
        <Icon name={ok ? "tick" : "alert"} />
        {t(ok ? "tool.tried_ok" : "tool.tried_failed")}
      </p>
      <FactsLine facts={[status ? `HTTP ${status}` : null, figures.time(took)]} label={t("call.facts")} />
      <p className="hint">{t("tool.reads")}</p>
      <pre dir="auto">{text}</pre>
    </div>
  );
}
