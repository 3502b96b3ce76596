import { describe, expect, test } from "vitest";
import {
  asTable,
  asText,
  EMPTY_ROW,
  givenOf,
  hasTwins,
  INPUT_KINDS,
  type InputRow,
  inputsOf,
  rowsOf,
  rowsToTry,
  schemaFrom,
  schemaOf,
} from "./tool-inputs.ts";

const row = (name: string, more: Partial<InputRow> = {}): InputRow => ({ ...EMPTY_ROW, name, ...more });

/** Numbers that look like chance and are the same each time. */
function chances(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const WORDS = ["order", "müşteri adı", "رقم", "a-b", "__proto__", "toString", "x y", '"quoted"', "{curly}", "\\n"];

function anyRows(seed: number): InputRow[] {
  const chance = chances(seed);
  const word = () => WORDS[chance(WORDS.length)] ?? "";
  const names = WORDS.filter(() => chance(2) === 0);
  return names.map((name) => {
    const kind = INPUT_KINDS[chance(INPUT_KINDS.length)] ?? "text";
    const choices = kind === "choice" ? [word(), word()].slice(0, 1 + chance(2)).join("\n") : "";
    return { name, kind, about: chance(2) ? word() : "", isRequired: chance(2) === 0, choices };
  });
}

describe("the table and the schema", () => {
  test("whatever a table says, its schema says, and it is read back the same", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const rows = anyRows(seed);
      const stored: unknown = JSON.parse(JSON.stringify(schemaOf(rows)));
      expect(rowsOf(stored), `seed ${seed}`).toEqual(rows);
      expect(asTable(asText({ rows, text: null }))?.rows, `seed ${seed}`).toEqual(rows);
    }
  });

  test("a schema is what the API takes", () => {
    const rows = [
      row("order", { about: " Its number " }),
      row(" size ", { kind: "choice", choices: "S\n\n L ", isRequired: false }),
    ];
    expect(schemaOf([...rows, row("  ")])).toEqual({
      type: "object",
      properties: {
        order: { type: "string", description: "Its number" },
        size: { type: "string", enum: ["S", "L"] },
      },
      required: ["order"],
      additionalProperties: false,
    });
  });

  test.each([
    ["a list", { type: "object", properties: { a: { type: "array", items: { type: "string" } } } }],
    ["a pattern", { type: "object", properties: { a: { type: "string", pattern: "^A" } } }],
    ["whole numbers", { type: "object", properties: { a: { type: "integer" } } }],
    ["choices that are no texts", { type: "object", properties: { a: { type: "string", enum: [1] } } }],
    ["choices of several lines", { type: "object", properties: { a: { type: "string", enum: ["a\nb"] } } }],
    ["no choice at all", { type: "object", properties: { a: { type: "string", enum: [] } } }],
    ["others, too", { type: "object", properties: {}, additionalProperties: true }],
    ["required what it does not name", { type: "object", properties: {}, required: ["a"] }],
    ["a word about itself", { type: "object", title: "Order", properties: {} }],
    ["nothing", null],
  ])("%s stays a schema", (_, schema) => {
    expect(rowsOf(schema)).toBeNull();
    expect(inputsOf(schema).text).toBe(JSON.stringify(schema, null, 2));
    expect(asTable(inputsOf(schema))).toBeNull();
  });

  test("what the API's document shows as an example is a table", () => {
    const schema = { type: "object", properties: { order: { type: "string" } }, required: ["order"] };
    expect(inputsOf(schema)).toEqual({ rows: [row("order")], text: null });
  });
});

test("two inputs of one name are told, and so is what is no JSON", () => {
  expect(hasTwins([row("a"), row(" a ")])).toBe(true);
  expect(hasTwins([row("a"), row("b"), row(""), row("")])).toBe(false);
  expect(schemaFrom({ rows: [row("a"), row("a")], text: null })).toBe("tool.input_twice");
  for (const text of ["{", "[]", "null", '"x"']) expect(schemaFrom({ rows: [], text })).toBe("tool.not_json");
  expect(schemaFrom({ rows: [row("a")], text: '{"type":"object"}' })).toEqual({ type: "object" });
});

test("a trial fills in what was typed, as its kind, and leaves out the rest", () => {
  const rows = [row("order"), row("count", { kind: "number" }), row("gift", { kind: "boolean" }), row("note")];
  const given = givenOf(rows, { order: "007", count: "2.5", gift: "false", note: "" });
  expect(given).toEqual({ order: "007", count: 2.5, gift: false });
  expect(rowsToTry({ rows: [...rows, row(" ")], text: null })).toEqual(rows);
  expect(rowsToTry({ rows, text: "{" })).toBeNull();
});
