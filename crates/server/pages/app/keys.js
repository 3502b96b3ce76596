// Keys that work wherever one is not typing.

const FIELDS = new Set(["INPUT", "TEXTAREA", "SELECT"]);

export const isTyping = (event) => FIELDS.has(event.target.tagName);

/** The Latin letter, also on a keyboard that types Arabic: then the one printed at that place. */
export function letterOf(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}
