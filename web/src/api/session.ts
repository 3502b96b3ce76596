// Who is signed in. The access token lives in this page's memory only; the session's cookie gets the next one.

import { useSyncExternalStore } from "react";
import { Problem } from "./problem.ts";
import type { components } from "./schema.ts";

export type Session = components["schemas"]["SignedInBody"] & {
  /** While who runs the installation acts in a business that is not theirs. It is never renewed. */
  visit?: components["schemas"]["VisitBody"];
};

const TIME_OUT_MS = 30_000;
// Renewed that much earlier than it ends, so that no request is sent in vain.
const EARLY_MS = 60_000;
// Not a secret: it only tells that asking for a session is worth it.
const SIGNED_IN = "switchboard.signed_in";

let session: Session | null = null;
let lastSession: Session | null = null;
let signedOut = false;
let renewing: Promise<Session | null> | null = null;
const listeners = new Set<() => void>();

function set(next: Session | null) {
  session = next;
  lastSession = next ?? lastSession;
  if (next) signedOut = false;
  if (next) localStorage.setItem(SIGNED_IN, "1");
  else localStorage.removeItem(SIGNED_IN);
  for (const listener of listeners) listener();
}

/** Calls `listener` whenever somebody signs in or out, or a token is renewed; returns what ends that. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const currentSession = () => session;

/** Whether the session ended because somebody wanted it to. */
export const hasSignedOut = () => signedOut;

/** The session of a screen that only who is signed in sees. While one signs out, the screen is drawn once more. */
export function useSession(): Session {
  const found = useSyncExternalStore(onSession, () => lastSession);
  if (!found) throw new Error("nobody is signed in");
  return found;
}

/** The session of a screen that one also sees without. */
export const useMaybeSession = (): Session | null => useSyncExternalStore(onSession, currentSession);

/** Goes on with a session that an answer brought; its cookie came along. */
export const adopt = (begun: Session) => set(begun);

/** Sends a request with a time limit; a network that fails is a `Problem` with the status 0. */
export async function send(request: Request, timeOutMs = TIME_OUT_MS): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeOutMs)]);
  try {
    return await fetch(request, { signal });
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Problem(0);
  }
}

export async function readProblem(answer: Response): Promise<Problem> {
  const isJson = answer.headers.get("content-type")?.includes("json");
  return new Problem(answer.status, isJson ? await answer.json().catch(() => undefined) : undefined);
}

async function post(path: string, body?: unknown): Promise<Response> {
  const headers = new Headers();
  if (body !== undefined) headers.set("content-type", "application/json");
  if (session) headers.set("authorization", `Bearer ${session.access_token}`);
  return send(new Request(path, { method: "POST", headers, body: body === undefined ? null : JSON.stringify(body) }));
}

async function begin(answer: Response): Promise<Session> {
  if (!answer.ok) throw await readProblem(answer);
  const begun: Session = await answer.json();
  set(begun);
  return begun;
}

/**
 * The next access token; null when the session has ended. Whoever asks meanwhile waits for the same answer. A visit to
 * another business ends with it: the next token is for one's own.
 */
export function renew(): Promise<Session | null> {
  renewing ??= refresh().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function refresh(): Promise<Session | null> {
  const answer = await post("/api/auth/refresh");
  if (answer.status !== 401) return begin(answer);
  set(null);
  return null;
}

/** The session that an earlier page left behind, if there is one. */
export async function resume(): Promise<Session | null> {
  return session ?? (localStorage.getItem(SIGNED_IN) ? renew() : null);
}

export const signIn = async (body: components["schemas"]["LoginBody"]) => begin(await post("/api/auth/login", body));
export const signInWithCode = async (body: components["schemas"]["SecondStepBody"]) =>
  begin(await post("/api/auth/login/second-factor", body));
export const signUp = async (body: components["schemas"]["SignUpBody"]) => begin(await post("/api/auth/signup", body));

export async function signOut(): Promise<void> {
  const answer = await post("/api/auth/logout");
  if (!answer.ok && answer.status !== 401) throw await readProblem(answer);
  signedOut = true;
  set(null);
}

/** As `send`, signed with an access token that is good for a while; once more with a new one where it was refused. */
export async function sendSigned(request: Request, timeOutMs?: number): Promise<Response> {
  const visit = session?.visit;
  await freshen();
  const again = request.clone();
  const answer = await send(sign(request), timeOutMs);
  // What was meant for the business one visited is never done in one's own.
  return answer.status === 401 && (await renew()) && !visit ? send(sign(again), timeOutMs) : answer;
}

/** Sees to it that the access token is good for a while. That of a visit ends with it. */
async function freshen() {
  if (session && !session.visit && Date.parse(session.expires_at) - Date.now() < EARLY_MS) await renew();
}

/** An access token for a request that `fetch` cannot make, such as one that tells how much has been sent. */
export async function freshToken(): Promise<string | null> {
  await freshen();
  return session?.access_token ?? null;
}

function sign(request: Request): Request {
  if (session) request.headers.set("authorization", `Bearer ${session.access_token}`);
  return request;
}
