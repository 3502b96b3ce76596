// The secret of a mail's link. It comes in the fragment, which browsers send to no server.

const KEPT = "switchboard.invitation";

/** The token in `#token=…`, or null. */
export function readToken(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") || null;
}

/** An invitation's token. It is kept in this tab while whoever is invited signs in. */
export function keptInvitation(hash: string): string | null {
  const token = readToken(hash);
  if (token) sessionStorage.setItem(KEPT, token);
  return token ?? sessionStorage.getItem(KEPT);
}

export const forgetInvitation = () => sessionStorage.removeItem(KEPT);
