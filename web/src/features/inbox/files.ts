// Files of messages. They come with the access token, which no address in a page may carry: so they are read here and
// shown from this page's memory.

import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { readProblem, sendSigned } from "../../api/session.ts";

export type Media = Schemas["MediaBody"];

const LONGEST_MS = 300_000;
/** A file that nothing shows any more is kept this long, for who comes back to it. */
const KEPT_MS = 60_000;

async function readFile(id: string, signal: AbortSignal): Promise<Blob> {
  const answer = await sendSigned(new Request(`/api/media/${id}`, { signal }), LONGEST_MS);
  if (!answer.ok) throw await readProblem(answer);
  try {
    return await answer.blob();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Problem(0);
  }
}

export const fileQuery = (id: string) =>
  queryOptions({
    queryKey: ["file", id],
    queryFn: ({ signal }) => readFile(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
  });

/** A file, at an address of this page; null until it is here. */
export function useFile(media: Media, isWanted = true) {
  const query = useQuery({ ...fileQuery(media.id), enabled: isWanted && media.state === "ready" });
  return { ...query, address: useObjectUrl(query.data) };
}

/** An address for a file, for as long as it is shown. */
export function useObjectUrl(blob: Blob | undefined): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => {
      setAddress(null);
      URL.revokeObjectURL(made);
    };
  }, [blob]);
  return address;
}

/** Has the browser save a file. */
export function save(blob: Blob, name: string) {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
