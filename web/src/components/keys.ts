import { useEffect, useRef } from "react";

const FIELDS = new Set(["INPUT", "TEXTAREA", "SELECT"]);

/** Into a box to be ticked one types nothing. */
const isTyping = ({ target }: KeyboardEvent) =>
  target instanceof HTMLElement &&
  (FIELDS.has(target.tagName) || target.isContentEditable) &&
  !(target instanceof HTMLInputElement && target.type === "checkbox");

/** The Latin letter, also on a keyboard that types Arabic: then the one printed at that place. */
export function letterOf(event: Pick<KeyboardEvent, "key" | "code">): string {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}

/** Keys that work wherever one is not typing and no dialog or menu is open. A handler that returns false did nothing. */
export function useKeys(handlers: Record<string, () => unknown>) {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    function pressed(event: KeyboardEvent) {
      const isElsewhere = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event);
      if (isElsewhere || document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return;
      const handler = latest.current[letterOf(event)];
      if (handler && handler() !== false) event.preventDefault();
    }
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
