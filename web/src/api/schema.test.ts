import { readFile } from "node:fs/promises";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

test("the types are those of the API's document: npm run api makes them", async () => {
  const web = join(import.meta.dirname, "../..");
  const document = JSON.parse(await readFile(join(web, "openapi.json"), "utf8"));
  const types = astToString(await openapiTS(document, { emptyObjectsUnknown: true }));
  const known = await readFile(join(web, "src/api/schema.ts"), "utf8");
  expect(known.endsWith(types)).toBe(true);
});
