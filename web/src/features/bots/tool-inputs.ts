// What a model fills in, as a table and as the JSON schema that the API takes.

export const INPUT_KINDS = ["text", "number", "boolean", "choice"] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

export interface InputRow {
  name: string;
  kind: InputKind;
  about: string;
  isRequired: boolean;
  /** Of a choice, one to a line. */
  choices: string;
}

export type Schema = Record<string, unknown>;

export const EMPTY_ROW: InputRow = { name: "", kind: "text", about: "", isRequired: true, choices: "" };

const TYPES = { text: "string", number: "number", boolean: "boolean", choice: "string" } as const;
const PLAIN = { string: "text", number: "number", boolean: "boolean" } as const;

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const hasOnly = (value: Schema, keys: string[]) => Object.keys(value).every((key) => keys.includes(key));

export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** A schema that takes what the table names and nothing else. */
export function schemaOf(rows: InputRow[]): Schema {
  const named = rows.map((row) => ({ ...row, name: row.name.trim() })).filter(({ name }) => name !== "");
  return {
    type: "object",
    properties: Object.fromEntries(named.map((row) => [row.name, propertyOf(row)])),
    required: named.filter(({ isRequired }) => isRequired).map(({ name }) => name),
    additionalProperties: false,
  };
}

function propertyOf({ kind, about, choices }: InputRow): Schema {
  return {
    type: TYPES[kind],
    ...(kind === "choice" && { enum: linesOf(choices) }),
    ...(about.trim() !== "" && { description: about.trim() }),
  };
}

/** Null: it says what no table can. */
export function rowsOf(schema: unknown): InputRow[] | null {
  if (!isObject(schema) || schema["type"] !== "object") return null;
  const { properties, required = [], additionalProperties = false } = schema;
  const isClosed = additionalProperties === false;
  if (!isClosed || !hasOnly(schema, ["type", "properties", "required", "additionalProperties"])) return null;
  if (!isObject(properties) || !Array.isArray(required)) return null;
  if (!required.every((name) => isText(name) && Object.hasOwn(properties, name))) return null;
  const rows = Object.entries(properties).map(([name, property]) => rowOf(name, property, required.includes(name)));
  return rows.every((row) => row !== null) ? rows : null;
}

function rowOf(name: string, property: unknown, isRequired: boolean): InputRow | null {
  if (!isObject(property) || !hasOnly(property, ["type", "description", "enum"])) return null;
  const { type, description = "", enum: choices } = property;
  if (name.trim() !== name || name === "" || !isText(description) || description.trim() !== description) return null;
  const kind = choices === undefined ? kindOf(type) : choicesOf(type, choices) && "choice";
  return kind && { name, kind, about: description, isRequired, choices: choicesOf(type, choices)?.join("\n") ?? "" };
}

const kindOf = (type: unknown): InputKind | null =>
  isText(type) && Object.hasOwn(PLAIN, type) ? PLAIN[type as keyof typeof PLAIN] : null;

/** Those that keep to a line of their own. */
function choicesOf(type: unknown, choices: unknown): string[] | null {
  if (type !== "string" || !Array.isArray(choices) || choices.length === 0) return null;
  const isLine = (choice: unknown) => isText(choice) && linesOf(choice).length === 1 && linesOf(choice)[0] === choice;
  return choices.every(isLine) ? choices : null;
}

/** Whether two rows have one name: then one of them would be lost. */
export function hasTwins(rows: InputRow[]): boolean {
  const names = rows.map(({ name }) => name.trim()).filter(Boolean);
  return new Set(names).size < names.length;
}

/** Null: it is no JSON object. */
export function parsed(text: string): Schema | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The inputs as they are edited: in the table, or as the text of a schema. */
export interface Inputs {
  rows: InputRow[];
  /** Null: the table counts. */
  text: string | null;
}

const written = (schema: unknown) => JSON.stringify(schema, null, 2);

/** What is stored, in the table where it can say it. */
export function inputsOf(schema: unknown): Inputs {
  const rows = rowsOf(schema);
  return rows ? { rows, text: null } : { rows: [], text: written(schema) };
}

export const asText = (inputs: Inputs): Inputs => ({ ...inputs, text: written(schemaOf(inputs.rows)) });

/** Null: the table cannot say it. */
export function asTable({ text }: Inputs): Inputs | null {
  const rows = rowsOf(parsed(text ?? ""));
  return rows && { rows, text: null };
}

/** What the API is given; else what is wrong. */
export function schemaFrom({ rows, text }: Inputs): Schema | "tool.input_twice" | "tool.not_json" {
  if (text === null) return hasTwins(rows) ? "tool.input_twice" : schemaOf(rows);
  return parsed(text) ?? "tool.not_json";
}

/** The rows to fill in for a trial; null: only JSON will do. */
export const rowsToTry = ({ rows, text }: Inputs): InputRow[] | null =>
  text === null ? rows.filter(({ name }) => name.trim() !== "") : rowsOf(parsed(text));

/** What was typed for a trial, as a model would fill it in. What is left empty is left out. */
export function givenOf(rows: InputRow[], texts: Record<string, string>): Schema {
  const given = rows.flatMap(({ name, kind }) => {
    const text = texts[name] ?? "";
    return text === "" ? [] : [[name.trim(), typed(kind, text)] as const];
  });
  return Object.fromEntries(given);
}

function typed(kind: InputKind, text: string): unknown {
  if (kind === "number") return Number(text);
  return kind === "boolean" ? text === "true" : text;
}
