import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { labelsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Acts } from "../../components/acts.tsx";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { Removal } from "../../components/removal.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { COLOURS, LabelDot, LabelTag } from "../inbox/labels.tsx";
import type { Label } from "../inbox/model.ts";

const LONGEST = 40;

/** The labels of the business. */
export function Labels() {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const { data, error, refetch } = useQuery(labelsQuery);
  const [edited, setEdited] = useState<Label | "new" | null>(null);
  const [doomed, setDoomed] = useState<Label | null>(null);
  return (
    <section>
      <div className="head">
        <p className="hint max-w-[60ch]">{t("labels.hint")}</p>
        {mayManage && (
          <button type="button" onClick={() => setEdited("new")}>
            <Icon name="plus" />
            {t("labels.make")}
          </button>
        )}
      </div>
      {error && <Failure problem={error} retry={refetch} />}
      {data?.items.length === 0 && <p className="empty">{t("labels.empty")}</p>}
      <ul className="own-list">
        {data?.items.map((label) => (
          <li key={label.id}>
            <LabelTag label={label} />
            {mayManage && <Acts name={label.name} onEdit={() => setEdited(label)} onDelete={() => setDoomed(label)} />}
          </li>
        ))}
      </ul>
      {edited && <Edit label={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      <Removal
        item={doomed}
        title={t("labels.delete_title", { name: doomed?.name ?? "" })}
        text={t("labels.delete_text")}
        remove={({ id }) => dataOf(api.DELETE("/api/labels/{id}", { params: { path: { id } } }))}
        queryKey={labelsQuery.queryKey}
        onClose={() => setDoomed(null)}
      />
    </section>
  );
}

function Edit({ label, onClose }: { label: Label | null; onClose: () => void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [name, setName] = useState(label?.name ?? "");
  const [colour, setColour] = useState(label?.colour ?? "blue");
  const { problem, isBusy, attempt } = useAttempt();
  const title = t(label ? "labels.change" : "labels.make");
  async function save(event: FormEvent) {
    event.preventDefault();
    const body = { name, colour };
    const call = () =>
      label
        ? dataOf(api.PATCH("/api/labels/{id}", { params: { path: { id: label.id } }, body }))
        : dataOf(api.POST("/api/labels", { body }));
    if (!(await attempt(call))) return;
    onClose();
    await client.invalidateQueries({ queryKey: labelsQuery.queryKey });
  }
  return (
    <Dialog title={title} open onClose={onClose}>
      <form onSubmit={save}>
        <TextField
          label={t("labels.name")}
          error={errorOf(problem, "name")}
          required
          maxLength={LONGEST}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <fieldset className="colours">
          <legend>{t("labels.colour")}</legend>
          {COLOURS.map((each) => (
            <label key={each}>
              <input type="radio" name="colour" checked={each === colour} onChange={() => setColour(each)} />
              <LabelDot colour={each} />
              {t(`colour.${each}`)}
            </label>
          ))}
        </fieldset>
        <WrongLine problem={problem} />
        <DialogButtons verb={t("save")} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
