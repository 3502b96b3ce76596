// Short notices at the bottom, and what screen readers are told.

import { useEffect, useSyncExternalStore } from "react";

interface Action {
  label: string;
  act: () => void;
}
interface Notice {
  text: string;
  action?: Action | undefined;
}

const SHOWN_MS = 10_000;

function store<T>(initial: T) {
  let value = initial;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set(next: T) {
      value = next;
      for (const watcher of watchers) watcher();
    },
    watch(watcher: () => void) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

const notice = store<Notice | null>(null);
const announcement = store("");

/** A notice, with something one may do about it. */
export const toast = (text: string, action?: Action) => notice.set({ text, action });

/** Told by screen readers when they are done with what they are at. */
export const announce = (text: string) => announcement.set(text);

export function Notices() {
  const shown = useSyncExternalStore(notice.watch, notice.get);
  const told = useSyncExternalStore(announcement.watch, announcement.get);
  useEffect(() => {
    const timer = setTimeout(() => notice.set(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <>
      <div id="toast" role="status">
        {shown && <Toast {...shown} />}
      </div>
      <div className="sr-only" aria-live="polite">
        {told}
      </div>
    </>
  );
}

function Toast({ text, action }: Notice) {
  const act = () => {
    notice.set(null);
    action?.act();
  };
  return (
    <div className="toast">
      <span>{text}</span>
      {action && (
        <button type="button" onClick={act}>
          {action.label}
        </button>
      )}
    </div>
  );
}
