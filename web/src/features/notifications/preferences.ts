// What one wants to be told of, and how. Kept in this browser for each person: another person's is another matter, and so
// is another device.

export const WHICH = ["all", "mine", "person", "none"] as const;
/** All; one's own and nobody's; where a person is needed; nothing. */
export type Which = (typeof WHICH)[number];

export interface Preferences {
  which: Which;
  /** Notices of the browser, besides those in the tab. */
  browser: boolean;
  sound: boolean;
}

const DEFAULT: Preferences = { which: "all", browser: false, sound: false };
const key = (personId: string) => `switchboard.notifications.${personId}`;

export function preferencesOf(personId: string): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(key(personId)) ?? "{}");
    return {
      which: WHICH.find((it) => it === kept.which) ?? DEFAULT.which,
      browser: kept.browser === true,
      sound: kept.sound === true,
    };
  } catch {
    return DEFAULT;
  }
}

export function keepPreferences(personId: string, preferences: Preferences) {
  localStorage.setItem(key(personId), JSON.stringify(preferences));
}

/** What happened in a conversation. */
export interface Occasion {
  /** The customer has written, or the AI has called for people. */
  kind: "message" | "needs_person";
  needsPerson: boolean;
  isWithPeople: boolean;
  assigneeId: string | null;
}

/** Whether somebody wants to be told of it. */
export function isWanted({ which }: Preferences, occasion: Occasion, personId: string): boolean {
  if (which === "none") return false;
  if (which === "person") return occasion.needsPerson;
  const isAnothers = occasion.assigneeId !== null && occasion.assigneeId !== personId;
  return which === "all" || !isAnothers;
}
