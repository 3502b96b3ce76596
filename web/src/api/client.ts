// Calls to the API, typed by its OpenAPI document.

import createClient from "openapi-fetch";
import { Problem } from "./problem.ts";
import type { components, paths } from "./schema.ts";
import { sendSigned } from "./session.ts";

export type Schemas = components["schemas"];

const MINUTE_MS = 60_000;

/** What is waited for longer than for anything else, for the server takes its time over it: its own limits, and some more. */
const PATIENCE_MS: Partial<Record<keyof paths, number>> = {
  // Half a minute for a model, then for each that stands in for it; and a minute for tools.
  "/api/bots/{id}/try": 3 * MINUTE_MS,
  // Half a minute for each model, and for the list of them.
  "/api/models/{place}/check": 3 * MINUTE_MS,
  "/api/conversations/{id}/translation": 2 * MINUTE_MS,
  "/api/conversations/{id}/messages/{message_id}/translation": 2 * MINUTE_MS,
  // Half a minute for a tool, or for a server to tell what tools it has.
  "/api/bots/{id}/tools": MINUTE_MS,
  "/api/bots/{id}/tools/try": MINUTE_MS,
  "/api/bots/{id}/tools/{item_id}/refresh": MINUTE_MS,
  // Five minutes in which the file arrives; then it is read.
  "/api/bots/{id}/knowledge/files": 6 * MINUTE_MS,
  // One call to Meta after another.
  "/api/numbers": 2 * MINUTE_MS,
  "/api/numbers/{id}/templates/sync": 2 * MINUTE_MS,
  "/api/onboarding/whatsapp/complete": 2 * MINUTE_MS,
  "/api/onboarding/whatsapp/retry": 2 * MINUTE_MS,
  "/api/onboarding/whatsapp/recover": 2 * MINUTE_MS,
};
const patience = Object.entries(PATIENCE_MS).map(([path, limit]) => {
  return { path: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`), limit };
});

function sendPatiently(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  return sendSigned(request, patience.find(({ path }) => path.test(pathname))?.limit);
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: sendPatiently });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; a `Problem` is thrown where there is none. */
export async function dataOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw new Problem(response.status, isObject(error) ? error : undefined);
  return data as T;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
