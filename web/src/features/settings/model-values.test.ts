import { expect, test } from "vitest";
import { bodyOf, type ModelServer, valuesOf } from "./model-values.ts";

const SERVER: ModelServer = {
  base_url: "https://models.example.com/v1",
  has_key: true,
  models: { answering: "small", embedding: null, transcription: null, translation: null },
  prompt_price: 0.15,
  completion_price: null,
  minute_price: 0.006,
  resting_until: null,
  updated_at: "2026-03-01T10:00:00.000Z",
};

test("what is not touched is sent as it was, and the key is not sent at all", () => {
  const body = bodyOf(valuesOf(SERVER));
  expect(body).toEqual({
    base_url: SERVER.base_url,
    models: SERVER.models,
    prompt_price: 0.15,
    completion_price: null,
    minute_price: 0.006,
  });
});

test("a key is set, or taken away", () => {
  const values = valuesOf(SERVER);
  expect(bodyOf({ ...values, keyChoice: "set", key: " sk-1 " }).api_key).toBe("sk-1");
  expect(bodyOf({ ...values, keyChoice: "none" }).api_key).toBeNull();
});

test("a new server begins without a key to keep", () => {
  expect(valuesOf(null).keyChoice).toBe("set");
  expect(bodyOf(valuesOf(null)).api_key).toBeNull();
});
