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
/** Said to the model. */
const NOT_FOR_PEOPLE = ["The business is open at this moment."];

function rustIn(folder: string): string[] {
  const files = readdirSync(CRATES + folder, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".rs")).map((file) => `${folder}/${file}`);
}

/** A text that begins with a capital and ends with a stop is meant for people; what is for the log is not written so. */
function sentencesOf(source: string): string[] {
  const [code = ""] = source.split("#[cfg(test)]");
  const texts = code.replace(/^\s*\/\/.*$/gm, "").matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g);
  return [...texts]
    .map(([, text = ""]) => text.replace(/\\\n\s*/g, ""))
    .filter((text) => /^[A-Z][\s\S]* [\s\S]*[.!?]( \{\w*\})?$/.test(text))
    .flatMap((text) => text.split(/(?<=[.!?]) (?=[A-Z{])/))
    .map((sentence) => sentence.replace(/\{\w*\}/g, "{}"))
    .filter((sentence) => sentence !== "{}");
}

const ALL = new Set(SOURCES.flatMap((path) => sentencesOf(readFileSync(CRATES + path, "utf8"))));
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
