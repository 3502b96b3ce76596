import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { botsQuery, countsQuery, knowledgeQuery, numbersQuery, onboardingQuery } from "../../api/queries.ts";
import { Icon } from "../../components/icon.tsx";
import type { Key } from "../../i18n/dictionary.ts";
import { useI18n } from "../../i18n/provider.tsx";

interface Item {
  words: Key;
  to: "/connect" | "/bots" | "/inbox";
  tab?: "knowledge" | "try";
  isDone: boolean;
}

/** What is still to do before the bot works for the business. It goes away when all is done. */
export function Checklist() {
  const { t } = useI18n();
  const items = useItems();
  if (!items || items.every((item) => item.isDone)) return null;
  return (
    <section className="checklist" aria-labelledby="checklist-title">
      <h2 id="checklist-title">{t("checklist.title")}</h2>
      <ol>
        {items.map(({ words, to, tab, isDone }) => (
          <li key={words} className={isDone ? "done" : "pending"}>
            <Icon name={isDone ? "tick" : "circle"} />
            <Link to={to} {...(tab && { search: { tab } })}>
              {t(words)}
            </Link>
            <span className="sr-only">{t(isDone ? "state.done" : "state.pending")}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function useItems(): Item[] | null {
  const { data: status } = useQuery(onboardingQuery);
  const { data: numbers } = useQuery(numbersQuery);
  const { data: bots } = useQuery(botsQuery);
  const bot = bots?.items[0];
  const { data: knowledge } = useInfiniteQuery({ ...knowledgeQuery(bot?.id ?? ""), enabled: bot !== undefined });
  const { data: counts } = useQuery(countsQuery);
  if (!status || !bots || !numbers || !counts || (bot && !knowledge)) return null;
  const live = bots.items.some(({ id, enabled }) => enabled && numbers.items.some((number) => number.bot_id === id));
  return [
    { words: "checklist.connect", to: "/connect", isDone: status.connected },
    { words: "checklist.teach", to: "/bots", tab: "knowledge", isDone: Boolean(knowledge?.pages[0]?.items.length) },
    { words: "checklist.try", to: "/inbox", isDone: counts.open + counts.snoozed + counts.resolved > 0 },
    { words: "checklist.live", to: "/bots", isDone: status.connected && live },
  ];
}
