import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { templatesQuery } from "../../api/queries.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Conversation } from "./model.ts";
import { contactName } from "./people.ts";
import { sendBody } from "./sends.ts";
import {
  bodyOf,
  isBeyond,
  isComplete,
  isFilled,
  keyOf,
  matching,
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
            <button type="button" onClick={() => onChoose(template)} disabled={isBeyond(template)}>
              <span className="name" dir="ltr">
                {template.name} <span className="soft">{template.language}</span>
              </span>
              <span className="soft" dir="auto">
                {isBeyond(template) ? t("templates.beyond") : shownOf(template, {}).body}
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
  const i18n = useI18n();
  const { t, isKey } = i18n;
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({});
  const shown = shownOf(template, values);
  function send(event: FormEvent) {
    event.preventDefault();
    if (!isComplete(template, values)) return;
    sendBody(client, conversation.id, bodyOf(template, values), { text: shown.body });
    onSent();
  }
  return (
    <form onSubmit={send}>
      {template.parameters.map((parameter) => {
        const key = keyOf(parameter);
        const kind = `templates.kind.${parameter.kind}`;
        const value = values[key] ?? "";
        return (
          <label key={key} className="field">
            <span>{t(isKey(kind) ? kind : "templates.kind.text", { name: parameter.name })}</span>
            <input
              dir="auto"
              value={value}
              placeholder={parameter.example ?? ""}
              aria-invalid={value !== "" && !isFilled(parameter, values) ? true : undefined}
              onChange={({ target }) => setValues({ ...values, [key]: target.value })}
            />
          </label>
        );
      })}
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
