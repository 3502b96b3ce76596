// Which rows of the list are selected, for what is done to many at once.

import { useState } from "react";
import type { Conversation } from "./model.ts";

export interface Selection {
  /** In the order of the list. */
  conversations: Conversation[];
  has: (id: string) => boolean;
  /** `isRange`: together with all between this one and the one toggled last. */
  toggle: (id: string, isRange?: boolean) => void;
  clear: () => void;
}

/** The ids from one to another, in the order of the list. */
export function between(ids: string[], one: string, other: string): string[] {
  const ends = [ids.indexOf(one), ids.indexOf(other)].sort((a, b) => a - b);
  const [from = -1, to = -1] = ends;
  return from < 0 ? [other] : ids.slice(from, to + 1);
}

export function useSelection(rows: Conversation[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string | null>(null);
  return {
    conversations: rows.filter((row) => ids.has(row.id)),
    has: (id) => ids.has(id),
    toggle(id, isRange) {
      const next = new Set(ids);
      const order = rows.map((row) => row.id);
      if (isRange && last) for (const each of between(order, last, id)) next.add(each);
      else if (!next.delete(id)) next.add(id);
      setIds(next);
      setLast(id);
    },
    clear() {
      setIds(new Set());
      setLast(null);
    },
  };
}
