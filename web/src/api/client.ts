// Calls to the API, typed by its OpenAPI document.

import createClient from "openapi-fetch";
import { Problem } from "./problem.ts";
import type { components, paths } from "./schema.ts";
import { sendSigned } from "./session.ts";

export type Schemas = components["schemas"];

export const api = createClient<paths>({ baseUrl: location.origin, fetch: (request) => sendSigned(request) });

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
