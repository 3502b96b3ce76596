import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, Fragment, useState } from "react";
import { templatesQuery } from "../../api/queries.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { TextField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Conversation } from "./model.ts";
import { contactName } from "./people.ts";
import { sendBody } from "./sends.ts";
import {
  bodyOf,
  isComplete,
  isFilled,
  keyOf,
  keyOfPlace,
  matching,
  OF_PLACE,
  shownOf,
  type Template,
  type Values,
} from "./templates.ts";

interface Props {
  conversation: Conversation;
  onClose: () => void;
}

/** Chooses a template, fills it in, shows what the customer will read, and sends it. */
export default function TemplateDialog({ conversation, onClose }: Props) {
  const { t } = useI18n();
  const query = useQuery(templatesQuery(conversation.number_id));
  const [chosen, setChosen] = useState<Template | null>(null);
  return (
    <Dialog title={t("templates.choose")} open onClose={onClose}>
      {query.isError && <Failure problem={query.error} retry={() => query.refetch()} />}
      {query.data && !chosen && <Choice templates={query.data.items} onChoose={setChosen} onClose={onClose} />}
      {chosen && (
        <Filling template={chosen} conversation={conversation} onBack={() => setChosen(null)} onSent={onClose} />
      )}
    </Dialog>
  );
}

interface ChoiceProps {
  templates: Template[];
  onChoose: (template: Template) => void;
  onClose: () => void;
}

function Choice({ templates, onChoose, onClose }: ChoiceProps) {
  const { t } = useI18n();
  const [wanted, setWanted] = useState("");
  const found = matching(templates, wanted);
  const hasAny = templates.some((it) => it.is_sendable);
  return (
    <>
      {hasAny && (
        <input
          type="search"
          aria-label={t("templates.search")}
          placeholder={t("templates.search")}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
      )}
      {found.length === 0 && <p className="soft">{t(hasAny ? "templates.nothing" : "templates.none")}</p>}
      <ul className="template-choice">
        {found.map((template) => (
          <li key={template.id}>
            <button type="button" onClick={() => onChoose(template)}>
              <span className="name" dir="ltr">
                {template.name} <span className="soft">{template.language}</span>
              </span>
              <span className="soft" dir="auto">
                {shownOf(template, {}).body}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div className="buttons">
        <button type="button" onClick={onClose}>
          {t("cancel")}
        </button>
      </div>
    </>
  );
}

interface FillingProps {
  template: Template;
  conversation: Conversation;
  onBack: () => void;
  onSent: () => void;
}

function Filling({ template, conversation, onBack, onSent }: FillingProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({});
  const set = (key: string, value: string) => setValues({ ...values, [key]: value });
  const shown = shownOf(template, values);
  function send(event: FormEvent) {
    event.preventDefault();
    if (!isComplete(template, values)) return;
    sendBody(client, conversation.id, bodyOf(template, values), { text: shown.body });
    onSent();
  }
  return (
    <form onSubmit={send}>
      {template.parameters.map((parameter) => (
        <Fragment key={keyOf(parameter)}>
          <ParameterField parameter={parameter} values={values} onValue={set} />
          {parameter.kind === "location" && <PlaceFields parameter={parameter} values={values} onValue={set} />}
        </Fragment>
      ))}
      <section className="template-shown" aria-label={t("templates.preview")}>
        <p className="soft">{t("templates.reads", { name: contactName(conversation.contact, t) })}</p>
        <div className="bubble out operator" dir="auto">
          {shown.header && <p className="name">{shown.header}</p>}
          <p className="text">{shown.body}</p>
          {shown.footer && <p className="soft">{shown.footer}</p>}
          {shown.buttons.length > 0 && (
            <ul className="options">
              {shown.buttons.map((button) => (
                <li key={button}>{button}</li>
              ))}
            </ul>
          )}
        </div>
      </section>
      <div className="buttons">
        <button type="button" onClick={onBack}>
          {t("templates.back")}
        </button>
        <button type="submit" className="main" disabled={!isComplete(template, values)}>
          <Icon name="send" />
          {t("composer.send")}
        </button>
      </div>
    </form>
  );
}

interface ParameterProps {
  parameter: Template["parameters"][number];
  values: Values;
  onValue: (key: string, value: string) => void;
}

function ParameterField({ parameter, values, onValue }: ParameterProps) {
  const { t, isKey } = useI18n();
  const key = keyOf(parameter);
  const kind = `templates.kind.${parameter.kind}`;
  const value = values[key] ?? "";
  const isPlace = parameter.kind === "location";
  const isWrong = value !== "" && !isFilled(parameter, values);
  return (
    <TextField
      label={t(isKey(kind) ? kind : "templates.kind.text", { name: parameter.name })}
      hint={isPlace ? t("extra.where_hint") : undefined}
      error={isPlace && isWrong ? t("extra.nowhere") : undefined}
      aria-invalid={isWrong || undefined}
      placeholder={parameter.example ?? ""}
      value={value}
      onChange={({ target }) => onValue(key, target.value)}
    />
  );
}

/** What a place is called and where it is, for people. */
function PlaceFields({ parameter, values, onValue }: ParameterProps) {
  const { t } = useI18n();
  return OF_PLACE.map((part) => {
    const key = keyOfPlace(parameter, part);
    return (
      <TextField
        key={part}
        label={t(part === "name" ? "extra.place_name" : "extra.address")}
        value={values[key] ?? ""}
        onChange={({ target }) => onValue(key, target.value)}
      />
    );
  });
}
