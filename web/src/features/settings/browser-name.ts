import Bowser from "bowser";

/** A browser as people call it: "Firefox 140 · Windows". What names no browser stays as it is. */
export function browserName(userAgent: string): string {
  const { browser, os } = Bowser.parse(userAgent);
  if (!browser.name) return userAgent;
  const version = browser.version?.split(".")[0];
  return [[browser.name, version].filter(Boolean).join(" "), os.name].filter(Boolean).join(" · ");
}
