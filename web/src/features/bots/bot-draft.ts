// What is written into a bot's form, over the bot it is about. Others may change the bot meanwhile.

import { useState } from "react";
import { type BotValues, patchOf, valuesOf } from "./bot-values.ts";
import type { Bot } from "./bots-page.tsx";

export interface BotDraft {
  bot: Bot;
  /** The bot's settings as the form holds them. */
  base: BotValues;
  values: BotValues;
}

function begin(bot: Bot): BotDraft {
  const base = valuesOf(bot);
  return { bot, base, values: base };
}

const written = (values: BotValues, base: BotValues) =>
  (Object.keys(values) as (keyof BotValues)[]).filter((field) => values[field] !== base[field]);

/** Whether anything is written that is not saved. */
export const isChanged = ({ values, base }: BotDraft) => written(values, base).length > 0;

/** The draft over the bot as it is now: what has been written since `from` stays, and the rest is the bot's. */
export function onto(bot: Bot, { values }: BotDraft, from: BotValues): BotDraft {
  const draft = begin(bot);
  const own = Object.fromEntries(written(values, from).map((field) => [field, values[field]]));
  return { ...draft, values: { ...draft.base, ...own } };
}

/** What is sent: what was changed here, so that what others change stays theirs. */
export function changesOf({ values, base }: BotDraft): Partial<ReturnType<typeof patchOf>> {
  const before = Object.entries(patchOf(base)).map(([field, value]) => [field, JSON.stringify(value)]);
  const known = Object.fromEntries(before);
  return Object.fromEntries(
    Object.entries(patchOf(values)).filter(([field, value]) => JSON.stringify(value) !== known[field]),
  );
}

const isNewer = (one: Bot, other: Bot) => Date.parse(one.updated_at) > Date.parse(other.updated_at);

export function useBotDraft(bot: Bot) {
  const [draft, setDraft] = useState(() => begin(bot));
  // What was saved here is known before the list of bots is read again.
  if (isNewer(bot, draft.bot)) setDraft(onto(bot, draft, draft.base));
  return [draft, setDraft] as const;
}
