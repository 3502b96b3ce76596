import type { Conversation } from "./model.ts";

/** Whether one may write freely now. The server's word was true when it was given; the clock goes on since. */
export const isWindowOpen = ({ window: { open, closes_at: closesAt } }: Conversation, now = Date.now()): boolean =>
  open && closesAt != null && Date.parse(closesAt) > now;
