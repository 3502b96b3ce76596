// What is being written stays with its conversation while one looks at another, and outlives a reload of the tab.

const PREFIX = "switchboard.draft.";

export const draftOf = (conversationId: string): string => sessionStorage.getItem(PREFIX + conversationId) ?? "";

export function keepDraft(conversationId: string, text: string) {
  if (text) sessionStorage.setItem(PREFIX + conversationId, text);
  else sessionStorage.removeItem(PREFIX + conversationId);
}

export function forgetDrafts() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}
