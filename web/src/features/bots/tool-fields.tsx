import { Menu } from "@base-ui/react/menu";
import { type ReactNode, useId, useRef } from "react";
import { errorOf } from "../../components/attempt.ts";
import { TextField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { type Header, KNOWN, LONGEST_S, type Pair, placeholder, type ServerValues } from "./tool-values.ts";

const LONGEST_NAME = 40;
const LONGEST_URL = 1000;
const LONGEST_VALUE = 500;
const LONGEST_HEADER = 4000;
const MOST_HEADERS = 10;
const MOST_FIXED = 20;

interface PartProps {
  values: ServerValues;
  change: (part: Partial<ServerValues>) => void;
  problem: unknown;
}

export function NameField({ values, change, problem, hint }: PartProps & { hint: string }) {
  const { t } = useI18n();
  return (
    <TextField
      label={t("tool.name")}
      hint={hint}
      error={errorOf(problem, "name") ?? errorOf(problem, "kind")}
      required
      dir="ltr"
      maxLength={LONGEST_NAME}
      value={values.name}
      onChange={({ target }) => change({ name: target.value })}
    />
  );
}

export function AddressField({ values, change, problem, hint }: PartProps & { hint?: string }) {
  const { t } = useI18n();
  return (
    <TextField
      label={t("tool.url")}
      hint={hint}
      error={errorOf(problem, "url")}
      required
      dir="ltr"
      inputMode="url"
      maxLength={LONGEST_URL}
      value={values.url}
      onChange={({ target }) => change({ url: target.value })}
    />
  );
}

export function TimeoutField({ values, change, problem }: PartProps) {
  const { t } = useI18n();
  return (
    <TextField
      label={t("tool.timeout")}
      hint={t("tool.timeout_hint")}
      error={errorOf(problem, "timeout_ms")}
      type="number"
      required
      min={1}
      max={LONGEST_S}
      step={0.5}
      value={values.seconds}
      onChange={({ target }) => change({ seconds: target.value })}
    />
  );
}

interface ListProps {
  legend: string;
  hint: string;
  error: string | undefined;
  rows: ReactNode[];
  /** Null: there are as many as there may be. */
  onAdd: (() => void) | null;
  add: string;
  remove: string;
  onRemove: (index: number) => void;
}

/** Rows of fields that are added and removed, with what is wrong with them. */
export function FieldRows({ legend, hint, error, rows, onAdd, add, remove, onRemove }: ListProps) {
  const { said } = useI18n();
  const id = useId();
  const adds = useRef<HTMLButtonElement>(null);
  return (
    <fieldset className="field-rows" aria-describedby={`${id}-hint ${id}-error`}>
      <legend>{legend}</legend>
      <p className="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <ul>
        {rows.map((row, index) => (
          <li key={index}>
            {row}
            <button
              type="button"
              className="plain"
              title={remove}
              onClick={() => {
                // The button goes with its row, and the focus must not.
                adds.current?.focus();
                onRemove(index);
              }}
            >
              <Icon name="trash" />
              <span className="sr-only">{`${remove}: ${index + 1}`}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="error" id={`${id}-error`}>
        {error && said(error)}
      </p>
      <button ref={adds} type="button" aria-disabled={!onAdd} onClick={() => onAdd?.()}>
        <Icon name="plus" />
        {add}
      </button>
    </fieldset>
  );
}

/** What is sent along with the value nobody can read: one that is stored can only stay, be replaced, or go. */
export function HeadersField({ values, change, problem }: PartProps) {
  const { t } = useI18n();
  const { headers } = values;
  const put = (index: number, part: Partial<Header>) =>
    change({ headers: headers.map((header, at) => (at === index ? { ...header, ...part } : header)) });
  return (
    <FieldRows
      legend={t("tool.headers")}
      hint={t("tool.headers_hint")}
      error={errorOf(problem, "headers")}
      add={t("tool.header_add")}
      remove={t("tool.header_remove")}
      onAdd={headers.length < MOST_HEADERS ? () => change({ headers: [...headers, { name: "", value: "" }] }) : null}
      onRemove={(index) => change({ headers: headers.toSpliced(index, 1) })}
      rows={headers.map(({ name, value }, index) =>
        value === null ? (
          <div key={name} className="stored">
            <p>
              <bdi dir="ltr">{name}</bdi> <span className="soft">{t("tool.header_stored")}</span>
            </p>
            <button type="button" onClick={() => put(index, { value: "" })}>
              {t("tool.header_replace")}
              <span className="sr-only">: {name}</span>
            </button>
          </div>
        ) : (
          <div key="new" className="pair">
            <TextField
              label={t("tool.header_name")}
              required
              dir="ltr"
              maxLength={100}
              value={name}
              onChange={({ target }) => put(index, { name: target.value })}
            />
            <TextField
              label={t("tool.header_value")}
              required
              type="password"
              autoComplete="new-password"
              dir="ltr"
              maxLength={LONGEST_HEADER}
              value={value}
              onChange={({ target }) => put(index, { value: target.value })}
            />
          </div>
        ),
      )}
    />
  );
}

interface FixedProps {
  fixed: Pair[];
  onFixed: (fixed: Pair[]) => void;
  error: string | undefined;
}

/** What is sent along beside the inputs. */
export function FixedField({ fixed, onFixed, error }: FixedProps) {
  const { t } = useI18n();
  const put = (index: number, part: Partial<Pair>) =>
    onFixed(fixed.map((pair, at) => (at === index ? { ...pair, ...part } : pair)));
  return (
    <FieldRows
      legend={t("tool.fixed")}
      hint={t("tool.fixed_hint")}
      error={error}
      add={t("tool.fixed_add")}
      remove={t("tool.fixed_remove")}
      onAdd={fixed.length < MOST_FIXED ? () => onFixed([...fixed, { name: "", value: "" }]) : null}
      onRemove={(index) => onFixed(fixed.toSpliced(index, 1))}
      rows={fixed.map(({ name, value }, index) => (
        <div className="pair" key={index}>
          <TextField
            label={t("tool.fixed_name")}
            required
            dir="ltr"
            maxLength={100}
            value={name}
            onChange={({ target }) => put(index, { name: target.value })}
          />
          <div className="filled">
            <TextField
              label={t("tool.fixed_value")}
              maxLength={LONGEST_VALUE}
              value={value}
              onChange={({ target }) => put(index, { value: target.value })}
            />
            <KnownMenu name={name} onChoose={(text) => put(index, { value: value + text })} />
          </div>
        </div>
      ))}
    />
  );
}

/** What is known of the customer, to be put into a value. */
function KnownMenu({ name, onChoose }: { name: string; onChoose: (text: string) => void }) {
  const { t } = useI18n();
  return (
    <Menu.Root>
      <Menu.Trigger title={t("tool.put_in")}>
        <Icon name="person" />
        <span className="sr-only">{`${t("tool.put_in")}: ${name}`}</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} collisionPadding={8} className="over-dialog">
          <Menu.Popup className="menu">
            {KNOWN.map((known) => (
              <Menu.Item key={known} className="item" onClick={() => onChoose(placeholder(known))}>
                {t(`tool.known.${known}`)}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
