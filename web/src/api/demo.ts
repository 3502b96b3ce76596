// What `switchboard demo` adds: a person to sign in as, and a phone to write from.

import { queryOptions, useQuery } from "@tanstack/react-query";

export interface DemoInfo {
  simulator_url: string;
  phone_url: string;
  email: string;
  /** Who runs the installation of the demo; the password is the same. */
  admin_email: string;
  password: string;
}

/** Where the page was told to ask; null outside the demo. */
const place = () => document.querySelector<HTMLMetaElement>('meta[name="switchboard-demo"]')?.content ?? null;

const demoQuery = queryOptions({
  queryKey: ["demo"],
  queryFn: async (): Promise<DemoInfo | null> => {
    const at = place();
    const answer = at ? await fetch(at) : null;
    return answer?.ok ? answer.json() : null;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Null outside the demo, and until it is known; `isPending` tells the two apart. */
export function useDemo() {
  const { data, isPending } = useQuery(demoQuery);
  return { demo: data ?? null, isPending };
}

/** The phone's page, ready to write to this number. */
export function phoneLink(demo: DemoInfo, phoneNumberId: string): string {
  const url = new URL(demo.phone_url);
  url.searchParams.set("number", phoneNumberId);
  return url.href;
}
