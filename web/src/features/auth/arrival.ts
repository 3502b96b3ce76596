// How somebody came back from the identity provider: the server tells it in the address, secrets behind the `#`.

export interface Arrival {
  outcome: string;
  ticket: string | null;
  name: string;
  email: string;
}

/** Reads `?oidc=…` and `#ticket=…`; null where nobody came back. */
export function readArrival(outcome: string | undefined, hash: string): Arrival | null {
  if (!outcome) return null;
  const behind = new URLSearchParams(hash.replace(/^#/, ""));
  const text = (name: string) => behind.get(name) ?? "";
  return { outcome, ticket: behind.get("ticket") || null, name: text("name"), email: text("email") };
}
