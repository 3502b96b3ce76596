// Where the cursor and the focus go. The next key may follow in the same moment: what is put off must not undo it.

import { flushSync } from "react-dom";

type TextField = HTMLTextAreaElement | HTMLInputElement | null;

/** Does what changes a field's text, and puts the cursor there before anything else is typed. */
export function putCursor(field: TextField, at: number, change: () => void) {
  flushSync(change);
  field?.focus();
  field?.setSelectionRange(at, at);
}

/** Focuses what may be drawn in the next frame only, unless somebody has gone elsewhere by then. */
export function focusWhenDrawn(find: () => HTMLElement | null | undefined) {
  find()?.focus();
  const before = document.activeElement;
  requestAnimationFrame(() => {
    if (document.activeElement === before) find()?.focus();
  });
}
