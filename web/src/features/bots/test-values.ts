// What is written into a test, as its form has it, and what the API makes of it.

import type { Schemas } from "../../api/client.ts";
import type { Attempt } from "./attempts.ts";
import type { Tool } from "./tool-values.ts";

export type BotTest = Schemas["BotTestBody"];

/** As many as a test takes. */
export const MAX_TURNS = 10;
const LONGEST_NAME = 100;

export const HANDOFFS = ["any", "never", "always"] as const;
export type Handoff = (typeof HANDOFFS)[number];

/** What is expected of a tool, by the name that models know. */
export interface ToolExpected {
  name: string;
  must: boolean;
}
/** As many as must be used, and as many that must not. */
const MAX_TOOLS = 10;
export const mayExpectMore = (tools: ToolExpected[]) => tools.length < MAX_TOOLS;

export interface TestValues {
  name: string;
  turns: string[];
  /** A text to a line. */
  mustSay: string;
  mustNotSay: string;
  /** Empty: whatever the bot knows. */
  item: string;
  handoff: Handoff;
  tools: ToolExpected[];
}

const EMPTY: TestValues = { name: "", turns: [""], mustSay: "", mustNotSay: "", item: "", handoff: "any", tools: [] };

const handoffOf = (handoff: boolean | null | undefined): Handoff =>
  handoff == null ? "any" : handoff ? "always" : "never";
const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export function valuesOf(test: BotTest | null): TestValues {
  if (!test) return EMPTY;
  return {
    name: test.name,
    turns: test.turns,
    mustSay: test.must_say.join("\n"),
    mustNotSay: test.must_not_say.join("\n"),
    item: test.knowledge_item_id ?? "",
    handoff: handoffOf(test.handoff),
    tools: [
      ...test.must_call.map((name) => ({ name, must: true })),
      ...test.must_not_call.map((name) => ({ name, must: false })),
    ],
  };
}

export function fieldsOf(values: TestValues): Schemas["BotTestFields"] {
  const called = (must: boolean) => values.tools.filter((it) => it.must === must).map(({ name }) => name);
  return {
    name: values.name,
    turns: values.turns.filter((turn) => turn.trim() !== ""),
    must_say: linesOf(values.mustSay),
    must_not_say: linesOf(values.mustNotSay),
    knowledge_item_id: values.item || null,
    handoff: values.handoff === "any" ? null : values.handoff === "always",
    must_call: called(true),
    must_not_call: called(false),
  };
}

/** A test of a question that the bot must answer by itself. */
export const draftFor = (question: string): TestValues => ({
  ...EMPTY,
  name: nameOf(question),
  turns: [question],
  handoff: "never",
});

const nameOf = (question: string) => question.replace(/\s+/g, " ").slice(0, LONGEST_NAME);

/** A test of what was tried: that it comes out again as it did. */
export function draftOf(attempts: Attempt[]): TestValues {
  const answered = attempts.filter(({ tried }) => tried !== null).slice(-MAX_TURNS);
  const last = answered.at(-1)?.tried;
  const hasCalled = last?.outcome === "handoff";
  const source = hasCalled ? undefined : last?.passages.find(({ used }) => used);
  const called = [...new Set(last?.calls.map(({ name }) => name))];
  return {
    ...EMPTY,
    name: nameOf(answered.at(-1)?.message ?? ""),
    turns: answered.map(({ message }) => message),
    item: source?.item_id ?? "",
    handoff: hasCalled ? "always" : "never",
    tools: called.slice(0, MAX_TOOLS).map((name) => ({ name, must: true })),
  };
}

/** What a test can expect of a bot: what it may do, by the names that models know. */
export function callable(abilities: string[], tools: Tool[]): string[] {
  const own = tools
    .filter(({ enabled }) => enabled)
    .flatMap(({ name, mcp }) =>
      mcp ? mcp.tools.filter(({ enabled }) => enabled).map(({ call_name }) => call_name) : [name],
    );
  return [...own, ...abilities];
}
