import { useState } from "react";
import { SelectField, TextArea, TextField } from "../../components/field.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { FieldRows } from "./tool-fields.tsx";
import { asTable, asText, EMPTY_ROW, INPUT_KINDS, type InputKind, type InputRow, type Inputs } from "./tool-inputs.ts";

const MOST_ROWS = 30;

interface Props {
  inputs: Inputs;
  onInputs: (inputs: Inputs) => void;
  error: string | undefined;
}

/** What the model fills in: a table, or a schema where the table cannot say it. */
export function InputsField({ inputs, onInputs, error }: Props) {
  const { t } = useI18n();
  const [isStuck, setIsStuck] = useState(false);
  function toTable() {
    const table = asTable(inputs);
    setIsStuck(!table);
    if (table) onInputs(table);
  }
  if (inputs.text === null) {
    return (
      <>
        <InputTable rows={inputs.rows} onRows={(rows) => onInputs({ ...inputs, rows })} error={error} />
        <button type="button" className="link" onClick={() => onInputs(asText(inputs))}>
          {t("tool.as_schema")}
        </button>
      </>
    );
  }
  return (
    <>
      <TextArea
        label={t("tool.schema")}
        hint={t("tool.schema_hint")}
        error={error}
        className="code"
        dir="ltr"
        rows={10}
        spellCheck={false}
        value={inputs.text}
        onChange={({ target }) => onInputs({ ...inputs, text: target.value })}
      />
      <button type="button" className="link" onClick={toTable}>
        {t("tool.as_table")}
      </button>
      <p role="status" className="hint">
        {isStuck && t("tool.not_table")}
      </p>
    </>
  );
}

interface TableProps {
  rows: InputRow[];
  onRows: (rows: InputRow[]) => void;
  error: string | undefined;
}

function InputTable({ rows, onRows, error }: TableProps) {
  const { t } = useI18n();
  return (
    <FieldRows
      legend={t("tool.inputs")}
      hint={t("tool.inputs_hint")}
      error={error}
      add={t("tool.input_add")}
      remove={t("tool.input_remove")}
      onAdd={rows.length < MOST_ROWS ? () => onRows([...rows, EMPTY_ROW]) : null}
      onRemove={(index) => onRows(rows.toSpliced(index, 1))}
      rows={rows.map((row, index) => (
        <InputFields key={index} row={row} onRow={(next) => onRows(rows.with(index, next))} />
      ))}
    />
  );
}

function InputFields({ row, onRow }: { row: InputRow; onRow: (row: InputRow) => void }) {
  const { t } = useI18n();
  return (
    <div className="input-row">
      <TextField
        label={t("tool.input_name")}
        required
        dir="ltr"
        maxLength={100}
        value={row.name}
        onChange={({ target }) => onRow({ ...row, name: target.value })}
      />
      <SelectField
        label={t("tool.input_kind")}
        value={row.kind}
        onChange={({ target }) => onRow({ ...row, kind: target.value as InputKind })}
      >
        {INPUT_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`tool.kind.${kind}`)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t("tool.input_about")}
        maxLength={500}
        value={row.about}
        onChange={({ target }) => onRow({ ...row, about: target.value })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={row.isRequired}
          onChange={({ target }) => onRow({ ...row, isRequired: target.checked })}
        />
        {t("tool.input_required")}
      </label>
      {row.kind === "choice" && (
        <TextArea
          label={t("tool.input_choices")}
          required
          rows={3}
          value={row.choices}
          onChange={({ target }) => onRow({ ...row, choices: target.value })}
        />
      )}
    </div>
  );
}
