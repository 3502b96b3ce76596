// The tab itself: how many conversations have news that nobody has looked at, in its title and on its sign.

const waiting = new Set<string>();
let shown = "";

/** The title without the count, and with it. */
export const bare = (title: string) => title.replace(/^\(\d+\+?\) /, "");
export function counted(title: string, count: number): string {
  if (count === 0) return bare(title);
  return `(${count > 99 ? "99+" : count}) ${bare(title)}`;
}

function draw() {
  const title = counted(document.title, waiting.size);
  if (title !== document.title) document.title = title;
  shown = document.title;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const address = waiting.size > 0 ? "/icon-news.svg" : "/icon.svg";
  if (icon && icon.getAttribute("href") !== address) icon.setAttribute("href", address);
}

/** There is news in a conversation. */
export function note(conversationId: string) {
  waiting.add(conversationId);
  draw();
}

/** Somebody has looked at it. */
export function seen(conversationId: string | undefined) {
  if (conversationId && waiting.delete(conversationId)) draw();
}

export function seenAll() {
  waiting.clear();
  draw();
}

/** Screens write their own titles; the count stays in front. */
export function keepCount(): () => void {
  const element = document.querySelector("title");
  if (!element) return () => {};
  const observer = new MutationObserver(() => document.title !== shown && draw());
  observer.observe(element, { childList: true });
  return () => observer.disconnect();
}
