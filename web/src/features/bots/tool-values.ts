// A tool as its form has it, and as the API takes it.

import type { Schemas } from "../../api/client.ts";
import { type Inputs, inputsOf, linesOf, type Schema } from "./tool-inputs.ts";

export type Tool = Schemas["ToolBody"];
type Fields = Schemas["ToolFields"];

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export const isSafe = (method: string) => method === "GET";

/** What is known of a customer and can be sent along. */
export const KNOWN = [
  "customer.id",
  "customer.phone",
  "customer.given_phone",
  "customer.name",
  "conversation.id",
] as const;
export type Known = (typeof KNOWN)[number];
export const placeholder = (known: Known) => `{${known}}`;

const SECOND_MS = 1000;
const USUAL_MS = 10_000;
export const LONGEST_S = 30;

export interface Pair {
  name: string;
  value: string;
}

/** Null as a value: as it is stored, which nobody can read. */
export interface Header {
  name: string;
  value: string | null;
}

export interface ServerValues {
  name: string;
  url: string;
  enabled: boolean;
  headers: Header[];
  seconds: string;
}

export interface ActionValues extends ServerValues {
  description: string;
  method: string;
  inputs: Inputs;
  fixed: Pair[];
  /** A JSON pointer to a line. */
  visible: string;
  needsConsent: boolean;
  /** Whether somebody has decided that, so that another method changes nothing. */
  hasDecided: boolean;
}

export const serverValuesOf = (tool: Tool | null): ServerValues => ({
  name: tool?.name ?? "",
  url: tool?.url ?? "",
  enabled: tool?.enabled ?? true,
  headers: (tool?.header_names ?? []).map((name) => ({ name, value: null })),
  seconds: String(((tool?.http ?? tool?.mcp)?.timeout_ms ?? USUAL_MS) / SECOND_MS),
});

export function actionValuesOf(tool: Tool | null): ActionValues {
  const action = tool?.http;
  return {
    ...serverValuesOf(tool),
    description: action?.description ?? "",
    method: action?.method ?? "GET",
    inputs: action ? inputsOf(action.inputs) : { rows: [], text: null },
    fixed: Object.entries(action?.fixed ?? {}).map(([name, value]) => ({ name, value })),
    visible: (action?.visible ?? []).join("\n"),
    needsConsent: action?.needs_consent ?? false,
    hasDecided: action?.needs_consent ?? false,
  };
}

/** With another method. What may change something is asked about first, unless somebody has decided otherwise. */
export function withMethod(values: ActionValues, method: string): ActionValues {
  const isOther = isSafe(method) !== isSafe(values.method);
  const needsConsent = isOther && !values.hasDecided ? !isSafe(method) : values.needsConsent;
  return { ...values, method, needsConsent };
}

/** What is to become of the headers; undefined: nothing. */
export function headersChange(headers: Header[], stored: string[]): Record<string, string | null> | undefined {
  const named = headers.map(({ name, value }) => ({ name: name.trim().toLowerCase(), value }));
  const kept = named.filter(({ value }) => value === null);
  if (kept.length === named.length && kept.length === stored.length) return undefined;
  return Object.fromEntries(named.map(({ name, value }) => [name, value]));
}

const milliseconds = (seconds: string) => Math.round(Number(seconds) * SECOND_MS);

function sharedOf(values: ServerValues, tool: Tool | null) {
  const headers = headersChange(values.headers, tool?.header_names ?? []);
  const { name, url, enabled } = values;
  return { name, url, enabled, ...(headers && { headers }) };
}

export function actionFieldsOf(values: ActionValues, inputs: Schema, tool: Tool | null): Fields {
  return {
    ...sharedOf(values, tool),
    http: {
      description: values.description.trim(),
      method: values.method,
      inputs,
      fixed: Object.fromEntries(values.fixed.map(({ name, value }) => [name.trim(), value])),
      timeout_ms: milliseconds(values.seconds),
      visible: linesOf(values.visible),
      needs_consent: values.needsConsent,
    },
  };
}

/** Which of a server's tools are on, and which ask first, by their names. */
export type Choices = Record<string, { enabled: boolean; needs_consent: boolean }>;

export const choicesOf = (tool: Tool | null): Choices =>
  Object.fromEntries(
    (tool?.mcp?.tools ?? []).map(({ name, enabled, needs_consent }) => [name, { enabled, needs_consent }]),
  );

export const serverFieldsOf = (values: ServerValues, tools: Choices, tool: Tool | null): Fields => ({
  ...sharedOf(values, tool),
  mcp: { timeout_ms: milliseconds(values.seconds), tools },
});

/** As it is, but on or off. */
export const switched = ({ name, url, http, mcp }: Tool, enabled: boolean): Fields => ({
  name,
  url,
  enabled,
  ...(http ? { http } : { mcp: { timeout_ms: mcp?.timeout_ms ?? USUAL_MS } }),
});

type McpTool = NonNullable<Tool["mcp"]>["tools"][number];

/** Those that were not there when the server was asked before, or described themselves otherwise. */
export function newsOf(tool: Tool | null, before: Tool | null): Set<string> {
  const told = ({ name, description, inputs, read_only }: McpTool) =>
    JSON.stringify([name, description, inputs, read_only]);
  const known = new Set((before?.mcp?.tools ?? []).map(told));
  const news = (tool?.mcp?.tools ?? []).filter((it) => before !== null && !known.has(told(it)));
  return new Set(news.map(({ name }) => name));
}

/** What was chosen and not saved yet, of tools that are as they were. */
export function choicesAfter(tool: Tool, before: Choices, news: ReadonlySet<string>): Choices {
  const now = Object.entries(choicesOf(tool));
  return Object.fromEntries(now.map(([name, choice]) => [name, (!news.has(name) && before[name]) || choice]));
}

/** Which of the two facts that whoever tries an action can give are sent along. */
export const asksFor = (values: ActionValues, known: Known) =>
  values.fixed.some(({ value }) => value.includes(placeholder(known)));

/** Where it is, in short. */
export const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url);
