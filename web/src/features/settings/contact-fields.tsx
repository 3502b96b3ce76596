import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { contactFieldsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Acts } from "../../components/acts.tsx";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { SelectField, TextArea, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { Removal } from "../../components/removal.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { ContactField } from "../inbox/model.ts";

const LONGEST = 40;
const KINDS = ["text", "number", "date", "choice"] as const;

/** What the business keeps of each customer. */
export function ContactFields() {
  const { t, isKey } = useI18n();
  const { mayManage } = usePermissions();
  const { data, error, refetch } = useQuery(contactFieldsQuery);
  const [edited, setEdited] = useState<ContactField | "new" | null>(null);
  const [doomed, setDoomed] = useState<ContactField | null>(null);
  const kindWord = (kind: string) => {
    const key = `fields.kind.${kind}`;
    return isKey(key) ? t(key) : kind;
  };
  return (
    <section>
      <div className="head">
        <p className="hint max-w-[60ch]">{t("fields.hint")}</p>
        {mayManage && (
          <button type="button" onClick={() => setEdited("new")}>
            <Icon name="plus" />
            {t("fields.make")}
          </button>
        )}
      </div>
      {error && <Failure problem={error} retry={refetch} />}
      {data?.items.length === 0 && <p className="empty">{t("fields.empty")}</p>}
      <ul className="own-list">
        {data?.items.map((field) => (
          <li key={field.id}>
            <div className="canned">
              <bdi>{field.name}</bdi>
              <p className="hint">{[kindWord(field.kind), ...field.choices].join(" · ")}</p>
            </div>
            {mayManage && <Acts name={field.name} onEdit={() => setEdited(field)} onDelete={() => setDoomed(field)} />}
          </li>
        ))}
      </ul>
      {edited && <Edit field={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      <Removal
        item={doomed}
        title={t("labels.delete_title", { name: doomed?.name ?? "" })}
        text={t("fields.delete_text")}
        remove={({ id }) => dataOf(api.DELETE("/api/contact-fields/{id}", { params: { path: { id } } }))}
        queryKey={contactFieldsQuery.queryKey}
        onClose={() => setDoomed(null)}
      />
    </section>
  );
}

function Edit({ field, onClose }: { field: ContactField | null; onClose: () => void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [name, setName] = useState(field?.name ?? "");
  const [kind, setKind] = useState(field?.kind ?? "text");
  const [choices, setChoices] = useState(field?.choices.join("\n") ?? "");
  const { problem, isBusy, attempt } = useAttempt();
  async function save(event: FormEvent) {
    event.preventDefault();
    const lines = choices.split("\n").filter((line) => line.trim() !== "");
    const body = { name, choices: kind === "choice" ? lines : [] };
    const call = () =>
      field
        ? dataOf(api.PATCH("/api/contact-fields/{id}", { params: { path: { id: field.id } }, body }))
        : dataOf(api.POST("/api/contact-fields", { body: { ...body, kind } }));
    if (!(await attempt(call))) return;
    onClose();
    await client.invalidateQueries({ queryKey: contactFieldsQuery.queryKey });
  }
  return (
    <Dialog title={t(field ? "fields.change" : "fields.make")} open onClose={onClose}>
      <form onSubmit={save}>
        <TextField
          label={t("fields.name")}
          error={errorOf(problem, "name")}
          required
          maxLength={LONGEST}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <SelectField
          label={t("fields.kind")}
          hint={t("fields.kind_stays")}
          disabled={field !== null}
          value={kind}
          onChange={({ target }) => setKind(target.value)}
        >
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {t(`fields.kind.${each}`)}
            </option>
          ))}
        </SelectField>
        {kind === "choice" && (
          <TextArea
            label={t("fields.choices")}
            hint={t("fields.choices_hint")}
            error={errorOf(problem, "choices")}
            required
            rows={5}
            value={choices}
            onChange={({ target }) => setChoices(target.value)}
          />
        )}
        <WrongLine problem={problem} />
        <DialogButtons verb={t("save")} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
