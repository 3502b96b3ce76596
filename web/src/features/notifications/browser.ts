// Notices of the browser.

export type Permission = NotificationPermission | "missing";

export const permission = (): Permission => ("Notification" in window ? Notification.permission : "missing");

/** Asks, which browsers allow only right after a click. */
export async function ask(): Promise<Permission> {
  if (permission() !== "default") return permission();
  return Notification.requestPermission();
}

interface Notice {
  title: string;
  text: string;
  /** A newer one takes the place of an older one with the same tag. */
  tag: string;
  onOpen: () => void;
}

/** Shows a notice; where only the service worker may, it does. */
export async function show({ title, text, tag, onOpen }: Notice) {
  if (permission() !== "granted") return;
  const options = { body: text, tag, icon: "/icon-192.png" };
  try {
    const notice = new Notification(title, options);
    notice.onclick = () => {
      window.focus();
      onOpen();
      notice.close();
    };
  } catch {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.showNotification(title, { ...options, data: { path: `/inbox/${tag}` } });
  }
}
