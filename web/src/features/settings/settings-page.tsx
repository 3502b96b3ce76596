import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { usePermissions } from "../../api/roles.ts";
import type { Key } from "../../i18n/dictionary.ts";
import { useI18n } from "../../i18n/provider.tsx";

const PAGES = [
  { to: "/settings/business", words: "settings.business", managersOnly: false },
  { to: "/settings/profile", words: "settings.profile", managersOnly: false },
  { to: "/settings/security", words: "settings.security", managersOnly: false },
  { to: "/settings/templates", words: "settings.templates", managersOnly: false },
  { to: "/settings/notifications", words: "settings.notifications", managersOnly: false },
  { to: "/settings/people", words: "settings.people", managersOnly: false },
  { to: "/settings/labels", words: "settings.labels", managersOnly: false },
  { to: "/settings/contact-fields", words: "settings.contact_fields", managersOnly: false },
  { to: "/settings/canned-replies", words: "settings.canned_replies", managersOnly: false },
  { to: "/settings/models", words: "settings.models", managersOnly: false },
  { to: "/settings/usage", words: "settings.usage", managersOnly: false },
  { to: "/settings/api-keys", words: "settings.api_keys", managersOnly: true },
  { to: "/settings/leftovers", words: "settings.leftovers", managersOnly: true },
  { to: "/settings/audit", words: "settings.audit", managersOnly: true },
] as const satisfies { to: string; words: Key; managersOnly: boolean }[];

export function SettingsPage() {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  useEffect(() => {
    document.title = `${t("nav.settings")} · Switchboard`;
  }, [t]);
  const tabs = useRef<HTMLDivElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    const element = tabs.current;
    if (!element) return;
    const show = () => {
      const current = element.querySelector(`[href="${pathname}"]`);
      current?.scrollIntoView({ block: "nearest", inline: "nearest" });
    };
    // At once, and when a device is turned.
    const observer = new ResizeObserver(show);
    observer.observe(element);
    return () => observer.disconnect();
  }, [pathname]);
  return (
    <div className="page wide">
      <h1>{t("settings.title")}</h1>
      <div className="beside">
        <div className="tabs" ref={tabs}>
          {PAGES.filter((page) => mayManage || !page.managersOnly).map(({ to, words }) => (
            <Link key={to} to={to} activeProps={{ "aria-current": "page" }}>
              {t(words)}
            </Link>
          ))}
        </div>
        <div className="min-w-0">
          <Outlet />
        </div>
      </div>
    </div>
  );
}
