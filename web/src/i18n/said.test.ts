import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { saidAr } from "./said.ar.ts";
import { saidTr } from "./said.tr.ts";
import { createSaid } from "./said.ts";

const CRATES = `${join(import.meta.dirname, "../../../crates")}/`;
/** Where the server's sentences for people stand. */
const SOURCES = [
  "graph-client/src/error/advice.rs",
  "bots/src/prompt/shaped.rs",
  "bots/src/turn/mod.rs",
  "bots/src/turn/think.rs",
  "bots/src/testing/worker.rs",
  ...rustIn("onboarding/src"),
  ...rustIn("inbox/src").filter((path) => !path.includes("interleavings")),
];
/** Where it says what is wrong with a field. */
const WITH_FIELDS = ["accounts/src", "bots/src", "inbox/src", "server/src/http"].flatMap(rustIn);
/** Of what no screen sends. */
const OF_PROGRAMS = new Set([
  "are for a choice only",
  "can only be taken away: the customer gives it",
  "cannot be changed: delete the item and add another",
  "either this or mcp must be given",
  "is missing",
  "is needed with snoozed",
  "is no action",
  "is no outcome of a replay",
  "is no time of RFC 3339",
  "is not a cursor",
  "is not a time of RFC 3339",
  "is that of a web page by itself, or of a site",
  'must be "qa" or "text" here',
  'must be "today", "7d" or "30d"',
  "must be 1 to 1,000 questions",
  "must be a text of at most 100 characters",
  "must be admin, operator or viewer",
  "must be of: {}",
  'must be the id of a site, or "none"',
  "must have 1 to 200 characters of ASCII",
  "must name at least one permission, or be left out",
  "says nothing",
  "{} is beyond the role",
]);
/** Said to the model. */
const NOT_FOR_PEOPLE = ["The business is open at this moment."];

function rustIn(folder: string): string[] {
  const files = readdirSync(CRATES + folder, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".rs")).map((file) => `${folder}/${file}`);
}

const TEXT = String.raw`"((?:[^"\\]|\\[\s\S])*)"`;
const withoutTests = (source: string) => (source.split("#[cfg(test)]")[0] ?? "").replace(/^\s*\/\/.*$/gm, "");
const joined = (text: string) => text.replace(/\\\n\s*/g, "").replace(/\\"/g, '"');
/** With `{}` for what is filled in. */
const withPlaces = (text: string) => text.replace(/\{\w*(:\?)?\}/g, "{}");

/** A text that begins with a capital and ends with a stop is meant for people; what is for the log is not written so. */
function sentencesOf(source: string): string[] {
  return [...withoutTests(source).matchAll(new RegExp(TEXT, "g"))]
    .map(([, text = ""]) => joined(text))
    .filter((text) => /^[A-Z][\s\S]* [\s\S]*[.!?]( \{\w*\})?$/.test(text))
    .flatMap((text) => text.split(/(?<=[.!?]) (?=[A-Z{])/))
    .map(withPlaces)
    .filter((sentence) => sentence !== "{}");
}

/** What is wrong with a field ends a sentence that its name begins: it stands beside the name, or as a `message`. */
const OF_FIELDS = [
  String.raw`(?<!#\[)\b(?:error|invalid|refusal|new)\(\s*(?:(?:"[\w.-]+"|field),\s*)?(?:format!\(\s*)?${TEXT}`,
  String.raw`\bmessage(?::| =)\s*${TEXT}`,
].map((pattern) => new RegExp(pattern, "g"));

function fieldErrorsOf(source: string): string[] {
  return OF_FIELDS.flatMap((pattern) => [...withoutTests(source).matchAll(pattern)])
    .map(([, text = ""]) => withPlaces(joined(text)))
    .filter((text) => /^[a-z{].*[a-z]/.test(text) && text.includes(" ") && !OF_PROGRAMS.has(text));
}

const read = (path: string) => readFileSync(CRATES + path, "utf8");
const ALL = new Set([
  ...SOURCES.flatMap((path) => sentencesOf(read(path))),
  ...WITH_FIELDS.flatMap((path) => fieldErrorsOf(read(path))),
]);
for (const sentence of NOT_FOR_PEOPLE) ALL.delete(sentence);

test.each([
  ["tr", saidTr],
  ["ar", saidAr],
])("every sentence of the server is there in %s, and none besides", (_, sentences) => {
  const keys = new Set(Object.keys(sentences));
  expect([...ALL].filter((sentence) => !keys.has(sentence))).toEqual([]);
  expect([...keys].filter((key) => !ALL.has(key))).toEqual([]);
});

test.each([
  ["tr", saidTr],
  ["ar", saidAr],
])("what the server fills in has its place in %s", (_, sentences) => {
  const places = (text: string) => text.split("{}").length;
  expect(Object.entries(sentences).filter(([key, text]) => places(key) !== places(text))).toEqual([]);
});

const said = createSaid(saidTr, () => "11:03");

test("several sentences are said one after the other, with what was filled in", () => {
  expect(said("The permission “business_management” is missing.")).toBe("“business_management” izni eksik.");
  expect(said("Meta did not give permission. It said: “No. Never.”. Start the connection again.")).toBe(
    "Meta izin vermedi. Şöyle dedi: “No. Never.”. Bağlantıyı yeniden başlatın.",
  );
});

test("what is wrong with a field is said in the reader's language, also behind the field's name", () => {
  expect(said("must have 1 to 1,000 characters: the model decides by it when to use the tool")).toBe(
    "1 ile 1.000 karakter arasında olmalı: model aracı ne zaman kullanacağına buna göre karar verir",
  );
  expect(said('Doğum günü: must be a day such as "2026-11-26"')).toBe("Doğum günü: “2026-11-26” gibi bir gün olmalı");
});

test("moments are written as the reader writes them", () => {
  expect(said("Meta last told something at 2026-11-26T11:03:00.000Z.")).toBe(
    "Meta en son 11:03 anında bir şey bildirdi.",
  );
  expect(createSaid({}, () => "11:03")("It left at 2026-11-26T11:03:00.000Z.")).toBe("It left at 11:03.");
});

test("what nobody has translated stays as it is, beside what somebody has", () => {
  expect(said("Something new. Try again.")).toBe("Something new. Yeniden deneyin.");
  expect(said("Meta's own words")).toBe("Meta's own words");
});
