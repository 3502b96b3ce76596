// Keeps the shell of the app, so that it opens without a network and says so: the page and the files whose names change
// with their content. Never an answer of the API: what customers write is nowhere but on the server and in the open page.

// Replaced when the app is built: another build, another cache.
const BUILD = "dev";
const CACHE = `switchboard-${BUILD}`;
const SHELL = "/";
const HASHED = "/assets/app/";
const OTHERS = ["/icon.svg", "/icon-news.svg", "/icon-192.png", "/manifest.webmanifest"];
const NOT_SCREENS = ["/api/", "/webhooks/", "/assets/", "/docs", "/privacy", "/health", "/ready", "/metrics"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([SHELL, ...OTHERS])));
});

addEventListener("activate", (event) => {
  const outdated = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(outdated());
});

// A new build waits until the reader has agreed, or has closed all tabs.
addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});

const isScreen = (request, path) =>
  request.mode === "navigate" && !NOT_SCREENS.some((prefix) => path.startsWith(prefix));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (isScreen(request, pathname)) event.respondWith(fetch(request).catch(() => kept(SHELL)));
  else if (pathname.startsWith(HASHED)) event.respondWith(keptOrFetched(request));
  else if (OTHERS.includes(pathname)) event.respondWith(fetch(request).catch(() => kept(pathname)));
});

async function kept(path) {
  return (await caches.match(path)) ?? Response.error();
}

async function keptOrFetched(request) {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = event.notification.data?.path ?? "/inbox";
  const open = async () => {
    const windows = await clients.matchAll({ type: "window" });
    const [first] = windows;
    if (!first) return clients.openWindow(path);
    await first.focus();
    return first.navigate(path);
  };
  event.waitUntil(open());
});
