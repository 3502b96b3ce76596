import { useEffect, useReducer } from "react";
import { useI18n } from "../i18n/provider.tsx";

/** A time in words, with the exact one on hover. */
export function Time({ at, children }: { at: string; children: string }) {
  const { exact } = useI18n();
  return (
    <time dateTime={at} title={exact(at)}>
      {children}
    </time>
  );
}

/** Draws the component again every so many milliseconds, for times in words grow old. */
export function useTicking(everyMs: number) {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(again, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
