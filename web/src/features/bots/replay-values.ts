// What a replay is asked for, and what came of it.

import type { Schemas } from "../../api/client.ts";

export type Replay = Schemas["ReplayBody"];
export type Result = Schemas["ReplayResultBody"];

export const OUTCOMES = ["differs", "now_answered", "now_handed_over", "same", "error"] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** `changed`: whatever is not as it was. */
export const FILTERS = ["all", "changed", ...OUTCOMES] as const;
export type Filter = (typeof FILTERS)[number];

export const isOver = ({ state }: Replay) => state === "done" || state === "stopped";

export const doneOf = (replay: Replay) =>
  replay.same + replay.differs + replay.now_answered + replay.now_handed_over + replay.errors;

export const countOf = (replay: Replay, outcome: Outcome) => (outcome === "error" ? replay.errors : replay[outcome]);

export const outcomeOf = ({ outcome }: Result): Outcome | "waiting" =>
  (outcome as Outcome | null | undefined) ?? "waiting";

/** How far a replay is, in at most so many steps: each is a reason to read its results anew. */
const STEPS = 20;
export function stepOf(replay: Replay): string {
  if (isOver(replay)) return replay.state;
  return String(Math.floor(doneOf(replay) / Math.max(1, Math.ceil(replay.results / STEPS))));
}
