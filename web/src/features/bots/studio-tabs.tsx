import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { unansweredQuery } from "../../api/queries.ts";
import { useI18n } from "../../i18n/provider.tsx";

export const TABS = ["settings", "knowledge", "tools", "unanswered", "try", "tests", "replay"] as const;
export type Tab = (typeof TABS)[number];

/** Which part of a bot is shown. The others stay as they are: what is not saved can be tried. */
export function useTab(): Tab {
  return useSearch({ from: "/app/bots" }).tab ?? "settings";
}

export function StudioTabs({ botId }: { botId: string }) {
  const { t, number } = useI18n();
  const unanswered = useQuery(unansweredQuery(botId)).data?.items.length ?? 0;
  return (
    <nav className="tabs" aria-label={t("bot.tabs")}>
      {TABS.map((tab) => (
        <Link
          key={tab}
          to="."
          search={{ tab: tab === "settings" ? undefined : tab }}
          activeProps={{ "aria-current": "page" }}
          activeOptions={{ includeSearch: true, explicitUndefined: true }}
        >
          {t(`bot.tab.${tab}`)}
          {tab === "unanswered" && unanswered > 0 && <span className="tab-count">{number(unanswered)}</span>}
        </Link>
      ))}
    </nav>
  );
}
