// Calls to the API. The access token lives in this page's memory only; the session's cookie gets the next one.

import { knows, t } from "./i18n.js";

const TIME_OUT_MS = 30_000;
// Renewed that much earlier than it ends, so that no request is sent in vain.
const EARLY_MS = 60_000;
// Not a secret: it only tells that asking for a session is worth it.
const SIGNED_IN = "switchboard.signed_in";

let session = null;
let renewing = null;
let whenSignedOut = () => {};

/** What the API says is wrong; `status` 0: it could not be reached. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? `status ${status}`);
    this.status = status;
    this.code = body?.code ?? (status === 0 ? "offline" : "internal");
    this.errors = body?.errors ?? [];
    this.body = body;
  }
}

/** A problem as a sentence in the reader's language where we have one, else as the API tells it. */
export function sentence(problem) {
  const key = `problem.${problem.code}`;
  return knows(key) ? t(key) : problem.message;
}

/** @param {{ body?: unknown, headers?: Record<string, string> }} [options] */
async function send(method, path, options = {}) {
  const { body, headers } = options;
  const all = { ...headers };
  if (session) all.Authorization = `Bearer ${session.access_token}`;
  if (body !== undefined) all["Content-Type"] = "application/json";
  const text = body === undefined ? undefined : JSON.stringify(body);
  try {
    return await fetch(path, { method, headers: all, body: text, signal: AbortSignal.timeout(TIME_OUT_MS) });
  } catch {
    throw new Problem(0);
  }
}

async function read(answer) {
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  const body = isJson ? await answer.json().catch(() => null) : null;
  if (!answer.ok) throw new Problem(answer.status, body);
  return body;
}

function begin(signedIn) {
  session = signedIn;
  localStorage.setItem(SIGNED_IN, "1");
  return session;
}

function end() {
  session = null;
  localStorage.removeItem(SIGNED_IN);
  whenSignedOut();
}

/** The next access token; null when the session has ended. Whoever asks meanwhile waits for the same answer. */
export function renew() {
  renewing ??= refresh().finally(() => { renewing = null; });
  return renewing;
}

async function refresh() {
  const answer = await send("POST", "/api/auth/refresh");
  if (answer.status === 401) {
    end();
    return null;
  }
  return begin(await read(answer));
}

/** The session that an earlier page left behind, if there is one. */
export const resume = async () => (localStorage.getItem(SIGNED_IN) ? renew() : null);

export const onSignedOut = (act) => { whenSignedOut = act; };
export const me = () => session;

export async function signIn(path, body) {
  return begin(await read(await send("POST", path, { body })));
}

export async function signOut() {
  await send("POST", "/api/auth/logout");
  end();
}

async function call(method, path, options) {
  if (session && Date.parse(session.expires_at) - Date.now() < EARLY_MS) await renew();
  let answer = await send(method, path, options);
  if (answer.status === 401 && (await renew())) answer = await send(method, path, options);
  return read(answer);
}

export const get = (path) => call("GET", path);
export const post = (path, body, headers) => call("POST", path, { body, headers });
export const patch = (path, body) => call("PATCH", path, { body });
export const remove = (path) => call("DELETE", path);
