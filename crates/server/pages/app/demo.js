// What `switchboard demo` adds: a person to sign in as, and a phone to write from.

async function load() {
  const meta = document.querySelector('meta[name="switchboard-demo"]');
  if (!(meta instanceof HTMLMetaElement)) return null;
  const answer = await fetch(meta.content);
  return answer.ok ? answer.json() : null;
}

/** Null outside the demo. */
export const demo = load().catch(() => null);

/** The phone's page, ready to write to this number. */
export function phoneLink(found, phoneNumberId) {
  const url = new URL(found.phone_url);
  url.searchParams.set("number", phoneNumberId);
  return url.href;
}
