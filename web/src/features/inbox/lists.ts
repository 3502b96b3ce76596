// What is kept by conversation in this page's memory, and outlives the screens that show it.

import { useSyncExternalStore } from "react";

/** A list to each conversation. */
export function listsByConversation<T>() {
  const none: T[] = [];
  const watchers = new Set<() => void>();
  let lists = new Map<string, T[]>();
  const of = (conversationId: string) => lists.get(conversationId) ?? none;
  const watch = (watcher: () => void) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  };
  function change(conversationId: string, act: (list: T[]) => T[]) {
    lists = new Map(lists).set(conversationId, act(of(conversationId)));
    for (const watcher of watchers) watcher();
  }
  const useList = (conversationId: string) => useSyncExternalStore(watch, () => of(conversationId));
  return { of, change, useList };
}
