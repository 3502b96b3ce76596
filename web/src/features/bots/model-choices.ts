// Which models a bot may be given.

import type { Schemas } from "../../api/client.ts";

type Models = Pick<Schemas["ModelsBody"], "main" | "fallback" | "installation" | "choices">;

export interface Choice {
  name: string;
  /** `false`: the bot has it from before, and the usual one is asked instead. */
  isOffered: boolean;
}

/** `any`: the business has a server of its own that answers. What the bot has now is among the choices, offered or not. */
export function choicesOf(models: Models | undefined, now: string): "any" | Choice[] {
  if (models?.main?.models.answering || models?.fallback?.models.answering) return "any";
  const offered = models?.choices ?? [];
  const choices = offered.map((name) => ({ name, isOffered: true }));
  if (now === "" || offered.includes(now)) return choices;
  // Before it is known what is offered, nothing is said against it.
  return [...choices, { name: now, isOffered: !models || models.installation.answering === now }];
}
