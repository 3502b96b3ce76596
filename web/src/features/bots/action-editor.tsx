import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { toolsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { SelectField, TextArea } from "../../components/field.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { storeTool } from "./store-tool.ts";
import { Toggle } from "./toggle.tsx";
import { ToolDialog } from "./tool-dialog.tsx";
import { AddressField, FixedField, HeadersField, NameField, TimeoutField } from "./tool-fields.tsx";
import { schemaFrom } from "./tool-inputs.ts";
import { InputsField } from "./tool-inputs-field.tsx";
import { type ActionValues, actionFieldsOf, actionValuesOf, METHODS, type Tool, withMethod } from "./tool-values.ts";
import { TryAction } from "./try-action.tsx";

interface Props {
  botId: string;
  /** Null: a new one. */
  tool: Tool | null;
  onClose: () => void;
}

/** An HTTP action: when it is used, what is sent, and what the model sees of the answer. */
export function ActionEditor({ botId, tool, onClose }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const [values, setValues] = useState(() => actionValuesOf(tool));
  const [isDirty, setIsDirty] = useState(false);
  const saving = useAttempt();
  const trial = useAttempt();
  // Both tell what is wrong with the fields; what was done last counts.
  const [isTrial, setIsTrial] = useState(false);
  const problem = isTrial ? trial.problem : saving.problem;
  function change(part: Partial<ActionValues>) {
    setValues((was) => ({ ...was, ...part }));
    setIsDirty(true);
  }

  /** As the API takes it; inputs that are none are told like what the API finds wrong. */
  function fields(): Schemas["ToolFields"] {
    const inputs = schemaFrom(values.inputs);
    if (typeof inputs !== "string") return actionFieldsOf(values, inputs, tool);
    const message = t(inputs);
    throw new Problem(422, { detail: message, errors: [{ field: "inputs", message }] });
  }

  async function save(event: FormEvent) {
    event.preventDefault();
    setIsTrial(false);
    if (!(await saving.attempt(async () => storeTool(botId, tool, fields())))) return;
    onClose();
    await client.invalidateQueries({ queryKey: toolsQuery(botId).queryKey });
  }

  return (
    <ToolDialog
      title={t(tool ? (mayManage ? "tool.edit_action" : "tool.action") : "tool.add_action")}
      isDirty={isDirty}
      isBusy={saving.isBusy}
      problem={isTrial ? null : problem}
      onSave={save}
      onClose={onClose}
      beside={
        mayManage && (
          <TryAction
            values={values}
            problem={isTrial ? problem : null}
            isBusy={trial.isBusy}
            attempt={(action) => {
              setIsTrial(true);
              return trial.attempt(action);
            }}
            make={(filled) =>
              dataOf(
                api.POST("/api/bots/{id}/tools/try", {
                  params: { path: { id: botId } },
                  body: { tool: fields(), id: tool?.id ?? null, ...filled },
                }),
              )
            }
          />
        )
      }
    >
      <NameField values={values} change={change} problem={problem} hint={t("tool.name_hint")} />
      <TextArea
        label={t("tool.description")}
        hint={t("tool.description_hint")}
        error={errorOf(problem, "description")}
        required
        rows={3}
        maxLength={1000}
        value={values.description}
        onChange={({ target }) => change({ description: target.value })}
      />
      <div className="address">
        <SelectField
          label={t("tool.method")}
          value={values.method}
          onChange={({ target }) => change(withMethod(values, target.value))}
        >
          {METHODS.map((method) => (
            <option key={method}>{method}</option>
          ))}
        </SelectField>
        <AddressField
          values={values}
          change={change}
          problem={problem}
          hint={t("tool.url_hint", { placeholder: "{order}" })}
        />
      </div>
      <InputsField
        inputs={values.inputs}
        onInputs={(inputs) => change({ inputs })}
        error={errorOf(problem, "inputs")}
      />
      <FixedField fixed={values.fixed} onFixed={(fixed) => change({ fixed })} error={errorOf(problem, "fixed")} />
      <HeadersField values={values} change={change} problem={problem} />
      <TextArea
        label={t("tool.visible")}
        hint={t("tool.visible_hint")}
        error={errorOf(problem, "visible")}
        className="code"
        dir="ltr"
        rows={2}
        spellCheck={false}
        value={values.visible}
        onChange={({ target }) => change({ visible: target.value })}
      />
      <TimeoutField values={values} change={change} problem={problem} />
      <Consent values={values} change={change} />
    </ToolDialog>
  );
}

function Consent({ values, change }: { values: ActionValues; change: (part: Partial<ActionValues>) => void }) {
  const { t } = useI18n();
  const id = useId();
  return (
    <div className="consent">
      <Toggle
        describedBy={id}
        isOn={values.needsConsent}
        onOn={(needsConsent) => change({ needsConsent, hasDecided: true })}
      >
        {t("tool.consent")}
      </Toggle>
      <p className="hint" id={id}>
        {t("tool.consent_hint")}
      </p>
    </div>
  );
}
