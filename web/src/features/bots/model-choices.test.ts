import { expect, test } from "vitest";
import { choicesOf } from "./model-choices.ts";

const NAMES = { answering: null, embedding: null, transcription: null, translation: null };
const INSTALLATION = {
  main: null,
  fallback: null,
  installation: { ...NAMES, answering: "usual" },
  choices: ["dear"],
};
const own = (answering: string | null) => ({
  base_url: "https://models.example.com/v1",
  has_key: true,
  models: { ...NAMES, answering },
  prompt_price: null,
  completion_price: null,
  minute_price: null,
  resting_until: null,
  updated_at: "2026-03-01T10:00:00.000Z",
});

test("of the installation's models there are those that it offers", () => {
  expect(choicesOf(INSTALLATION, "")).toEqual([{ name: "dear", isOffered: true }]);
  expect(choicesOf({ ...INSTALLATION, choices: [] }, "")).toEqual([]);
});

test("a model that the bot has had all along is shown as what it is", () => {
  expect(choicesOf(INSTALLATION, "dear")).toEqual([{ name: "dear", isOffered: true }]);
  expect(choicesOf(INSTALLATION, "usual").at(-1)).toEqual({ name: "usual", isOffered: true });
  expect(choicesOf(INSTALLATION, "gone").at(-1)).toEqual({ name: "gone", isOffered: false });
  expect(choicesOf(undefined, "gone")).toEqual([{ name: "gone", isOffered: true }]);
});

test("a server of the business's own that answers has any", () => {
  expect(choicesOf({ ...INSTALLATION, main: own("small") }, "")).toBe("any");
  expect(choicesOf({ ...INSTALLATION, fallback: own("small") }, "")).toBe("any");
  expect(choicesOf({ ...INSTALLATION, main: own(null) }, "")).toHaveLength(1);
});
