// Files on their way from this page to the server. They outlive the screen that shows them, as drafts do.

import { Problem } from "../../api/problem.ts";
import { freshToken } from "../../api/session.ts";
import { isTooLarge, type Kind, plannedKind } from "./attach.ts";
import type { Media } from "./files.ts";
import { listsByConversation } from "./lists.ts";

/** A file that was attached to what is being written. */
export interface Upload {
  key: string;
  file: File;
  kind: Kind;
  /** What part has been sent, from 0 to 1. */
  progress: number;
  /** The server's file, once it is there. */
  media: Media | null;
  /** Why it did not get there. */
  problem: Problem | null;
  /** As what it could be sent instead. */
  instead: Kind | null;
}

/** So many files at once are enough for anybody, and a slip of the hand does no harm. */
export const MOST = 10;
const KINDS: ReadonlySet<string> = new Set(["image", "audio", "video", "document", "sticker"]);

const { of, change, useList } = listsByConversation<Upload>();
const requests = new Map<string, XMLHttpRequest>();
let count = 0;

const update = (conversationId: string, key: string, fresh: Partial<Upload>) =>
  change(conversationId, (list) => list.map((it) => (it.key === key ? { ...it, ...fresh } : it)));

export const useUploads = useList;

/** Attaches files; how many of them were too many. */
export function attach(conversationId: string, files: File[]): number {
  const free = Math.max(0, MOST - of(conversationId).length);
  for (const file of files.slice(0, free)) begin(conversationId, file, plannedKind(file));
  return Math.max(0, files.length - free);
}

function begin(conversationId: string, file: File, kind: Kind) {
  count += 1;
  const upload: Upload = { key: `upload-${count}`, file, kind, progress: 0, media: null, problem: null, instead: null };
  change(conversationId, (list) => [...list, upload]);
  start(conversationId, upload);
}

function start(conversationId: string, { key, file, kind }: Upload) {
  const failed = (problem: Problem, instead: string | null | undefined = null) =>
    update(conversationId, key, { problem, instead: isKind(instead) ? instead : null });
  if (isTooLarge(file, kind)) return failed(new Problem(413, { code: "media_too_large" }));
  send(file, kind, key, (progress) => update(conversationId, key, { progress })).then(
    (media) => update(conversationId, key, { media, progress: 1 }),
    (problem: unknown) => {
      if (problem instanceof Refused) failed(problem, problem.instead);
      else failed(problem instanceof Problem ? problem : new Problem(500));
    },
  );
}

const isKind = (text: string | null | undefined): text is Kind => text != null && KINDS.has(text);

class Refused extends Problem {
  readonly instead: string | null;
  constructor(status: number, body: { code?: string; detail?: string; instead?: string }) {
    super(status, body);
    this.instead = body.instead ?? null;
  }
}

/** `fetch` does not tell how much has been sent. */
async function send(file: File, kind: Kind, key: string, onProgress: (part: number) => void): Promise<Media> {
  const token = await freshToken();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    requests.set(key, request);
    request.open("POST", `/api/media?${new URLSearchParams({ kind })}`);
    if (token) request.setRequestHeader("authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new Problem(0));
    request.onloadend = () => requests.delete(key);
    request.onload = () => {
      if (request.status === 201) resolve(request.response);
      else reject(new Refused(request.status, request.response ?? {}));
    };
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

/** Once more, or as another type of message. */
export function again(conversationId: string, upload: Upload, kind: Kind = upload.kind) {
  const fresh: Upload = { ...upload, kind, progress: 0, problem: null, instead: null };
  update(conversationId, upload.key, fresh);
  start(conversationId, fresh);
}

/** It is not to be sent after all. What the server has of it goes, too. */
export function detach(conversationId: string, { key, media }: Upload) {
  requests.get(key)?.abort();
  forget(conversationId, [key]);
  if (media) discard(media.id);
}

async function discard(id: string) {
  const token = await freshToken();
  const headers = token ? { authorization: `Bearer ${token}` } : undefined;
  // If it fails, housekeeping deletes it.
  await fetch(`/api/media/${id}`, { method: "DELETE", ...(headers && { headers }) }).catch(() => null);
}

/** They have been sent. */
export function forget(conversationId: string, keys: string[]) {
  change(conversationId, (list) => list.filter((it) => !keys.includes(it.key)));
}
