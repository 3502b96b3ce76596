import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { contactFieldsQuery, contactQuery } from "../../api/queries.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { toast } from "../../components/toast.tsx";
import { languageNames, languagesWith } from "../../i18n/languages.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { storeConversation } from "./cache.ts";
import { meant, typed } from "./contact-values.ts";
import type { Contact, ContactField } from "./model.ts";

const LONGEST_NAME = 100;
const LONGEST_TEXT = 500;

interface Props {
  contact: Contact;
  name: string;
  onClose: () => void;
}

/** What the team writes down of a customer. */
export function ContactForm({ contact, name, onClose }: Props) {
  const { t, language: reader } = useI18n();
  const client = useQueryClient();
  const fields = useQuery(contactFieldsQuery).data?.items ?? [];
  const [ownName, setOwnName] = useState(contact.own_name ?? "");
  const [language, setLanguage] = useState(contact.language ?? "");
  const [texts, setTexts] = useState<Record<string, string>>({});
  const { problem, isBusy, attempt } = useAttempt();
  const names = languageNames(reader);
  const textOf = (field: ContactField) => texts[field.id] ?? typed(contact.fields[field.id]);
  async function save(event: FormEvent) {
    event.preventDefault();
    const changed = fields.filter((field) => field.id in texts);
    const body = {
      own_name: ownName.trim() || null,
      language: language || null,
      fields: Object.fromEntries(changed.map((field) => [field.id, meant(field, textOf(field))])),
    };
    const path = { id: contact.id };
    const isSaved = await attempt(async () => {
      const fresh = await dataOf(api.PATCH("/api/contacts/{id}", { params: { path }, body }));
      client.setQueryData(contactQuery(contact.id).queryKey, fresh);
      for (const conversation of fresh.conversations) storeConversation(client, conversation);
    });
    if (!isSaved) return;
    onClose();
    toast(t("contact.saved"));
  }
  return (
    <Dialog title={t("contact.edit_title", { name })} open onClose={onClose}>
      <form onSubmit={save}>
        <TextField
          label={t("contact.own_name")}
          hint={t("contact.own_name_hint")}
          error={errorOf(problem, "own_name")}
          maxLength={LONGEST_NAME}
          value={ownName}
          onChange={({ target }) => setOwnName(target.value)}
        />
        <SelectField
          label={t("contact.language")}
          hint={t("contact.language_hint")}
          error={errorOf(problem, "language")}
          value={language}
          onChange={({ target }) => setLanguage(target.value)}
        >
          <option value="">{t("contact.language_auto")}</option>
          {languagesWith(contact.language).map((code) => (
            <option key={code} value={code}>
              {names.of(code)}
            </option>
          ))}
        </SelectField>
        {fields.map((field) => (
          <Value
            key={field.id}
            field={field}
            text={textOf(field)}
            onText={(text) => setTexts({ ...texts, [field.id]: text })}
          />
        ))}
        {fields.length === 0 && <p className="hint">{t("contact.no_fields")}</p>}
        <WrongLine problem={problem} />
        <DialogButtons verb={t("save")} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

function Value({ field, text, onText }: { field: ContactField; text: string; onText: (text: string) => void }) {
  const { t } = useI18n();
  if (field.kind === "choice") {
    const isGone = text !== "" && !field.choices.includes(text);
    return (
      <SelectField label={field.name} value={text} onChange={({ target }) => onText(target.value)}>
        <option value="">{t("contact.not_chosen")}</option>
        {isGone && <option value={text}>{t("contact.gone_choice", { choice: text })}</option>}
        {field.choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </SelectField>
    );
  }
  const ofKind =
    field.kind === "number"
      ? { type: "number", step: "any" }
      : field.kind === "date"
        ? { type: "date" }
        : { maxLength: LONGEST_TEXT };
  return <TextField label={field.name} value={text} onChange={({ target }) => onText(target.value)} {...ofKind} />;
}
