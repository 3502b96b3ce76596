// All days and numbers together.

import type { Schemas } from "../../api/client.ts";
import type { I18n } from "../../i18n/i18n.ts";

type Day = Schemas["NumberDayBody"];

/** The cost is null while no day has one. */
export function totalOf(items: Day[]) {
  const sum = (of: (item: Day) => number) => items.reduce((all, item) => all + of(item), 0);
  const hasCost = items.some((item) => item.cost != null);
  return {
    received: sum((it) => it.received),
    by_ai: sum((it) => it.by_ai),
    by_people: sum((it) => it.by_people),
    by_system: sum((it) => it.by_system),
    failed: sum((it) => it.failed),
    answered: sum((it) => it.answered),
    handed_over: sum((it) => it.handed_over),
    prompt_tokens: sum((it) => it.prompt_tokens),
    completion_tokens: sum((it) => it.completion_tokens),
    cost: hasCost ? sum((it) => it.cost ?? 0) : null,
  };
}

/** What something cost, in dollars; a dash where nobody tells. */
export const costOf = (dollars: number | null | undefined, number: I18n["number"]) =>
  dollars == null ? "–" : number(dollars, { style: "currency", currency: "USD", maximumFractionDigits: 4 });
