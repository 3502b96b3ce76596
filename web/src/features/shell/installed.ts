// The service worker: keeps the shell, and says when there is a newer one.

import { toast } from "../../components/toast.tsx";
import type { I18n } from "../../i18n/i18n.ts";

const LOOK_MS = 60 * 60_000;

let isReloading = false;

/** Registers it, where browsers allow it: over HTTPS and on one's own machine. */
export async function install(t: I18n["t"]) {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register("/sw.js");
    const offer = (worker: ServiceWorker | null) => worker && offerUpdate(worker, t);
    if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker?.addEventListener("statechange", () => {
        // The first one ever is no update.
        if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
      });
    });
    // A tab stays open for days.
    setInterval(() => registration.update().catch(() => null), LOOK_MS);
  } catch {
    // Without it, everything works but opening without a network.
  }
}

/** Never by itself: somebody may be writing. */
function offerUpdate(worker: ServiceWorker, t: I18n["t"]) {
  toast(t("update.ready"), {
    label: t("update.verb"),
    act: () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => {
        if (isReloading) return;
        isReloading = true;
        location.reload();
      });
      worker.postMessage("take over");
    },
  });
}
