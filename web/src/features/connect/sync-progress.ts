import type { Schemas } from "../../api/client.ts";

export type SyncItem = Schemas["Page_SyncBody"]["items"][number];

// Of history, Meta tells the percent of a phase: the last day, 90 days, 180 days.
const PHASES = 3;

export const isUnderWay = ({ state }: Pick<SyncItem, "state">) => state === "requesting" || state === "running";

/** How much of the whole has come, in percent; null while that is not known, and when it has ended. */
export function syncPercent({ state, phase, progress }: Pick<SyncItem, "state" | "phase" | "progress">): number | null {
  if (state !== "running" || phase == null || progress == null) return null;
  return Math.min(100, Math.round((phase * 100 + progress) / PHASES));
}
