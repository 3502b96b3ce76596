// A model server as the form holds it, and as the API takes it.

import type { Schemas } from "../../api/client.ts";
import { amount, written } from "../../components/optional-number.ts";

export type ModelServer = Schemas["ModelServerBody"];
export const PLACES = ["main", "fallback"] as const;
export type Place = (typeof PLACES)[number];
export const PURPOSES = ["answering", "embedding", "transcription", "translation"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What becomes of the key: it stays as it is, there is none, or it is this one. */
export const KEYS = ["keep", "set", "none"] as const;
export type KeyChoice = (typeof KEYS)[number];

export interface ServerValues {
  baseUrl: string;
  keyChoice: KeyChoice;
  key: string;
  models: Record<Purpose, string>;
  promptPrice: string;
  completionPrice: string;
  minutePrice: string;
}

export const valuesOf = (server: ModelServer | null): ServerValues => ({
  baseUrl: server?.base_url ?? "",
  keyChoice: server?.has_key ? "keep" : "set",
  key: "",
  models: {
    answering: server?.models.answering ?? "",
    embedding: server?.models.embedding ?? "",
    transcription: server?.models.transcription ?? "",
    translation: server?.models.translation ?? "",
  },
  promptPrice: written(server?.prompt_price),
  completionPrice: written(server?.completion_price),
  minutePrice: written(server?.minute_price),
});

const name = (text: string) => (text.trim() === "" ? null : text.trim());

/** A key that stays is left out. */
export function bodyOf(values: ServerValues): Schemas["ModelServerFields"] {
  const { models, keyChoice, key } = values;
  return {
    base_url: values.baseUrl,
    ...(keyChoice !== "keep" && { api_key: keyChoice === "set" ? name(key) : null }),
    models: {
      answering: name(models.answering),
      embedding: name(models.embedding),
      transcription: name(models.transcription),
      translation: name(models.translation),
    },
    prompt_price: amount(values.promptPrice),
    completion_price: amount(values.completionPrice),
    minute_price: amount(values.minutePrice),
  };
}
