import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { isBeingRead, knowledgeKey, knowledgeQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { FactsLine } from "./facts.tsx";
import { HistoryLine } from "./history-line.tsx";
import { beginningOf, headOf, type KnowledgeItem } from "./item-words.ts";
import type { Schedule } from "./source-fields.tsx";

type ReadItem = Extract<KnowledgeItem, { type: "page" | "site" }>;
type SiteItem = Extract<KnowledgeItem, { type: "site" }>;

interface Props {
  botId: string;
  item: KnowledgeItem;
  onEdit: (item: KnowledgeItem) => void;
  onDelete: (item: KnowledgeItem) => void;
}

export function Item({ botId, item, onEdit, onDelete }: Props) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const button = (sign: IconName, words: string, act: () => void) => (
    <button type="button" className="plain" title={words} onClick={act}>
      <Icon name={sign} />
      <span className="sr-only">{`${words}: ${headOf(item)}`}</span>
    </button>
  );
  return (
    <li>
      <div>
        <strong dir="auto">{headOf(item)}</strong>
        <Source item={item} />
        <p dir="auto">{beginningOf(item)}</p>
        {item.type === "site" ? (
          <Pages botId={botId} site={item} onEdit={onEdit} onDelete={onDelete} />
        ) : (
          <HistoryLine botId={botId} item={item} />
        )}
      </div>
      {mayManage && (item.type === "page" || item.type === "site") && <ReadAgain botId={botId} item={item} />}
      {mayManage && button("edit", t("edit"), () => onEdit(item))}
      {mayManage && button("trash", t("delete"), () => onDelete(item))}
    </li>
  );
}

/** Where it is from, how far it is read, and what is wrong with it. */
function Source({ item }: { item: KnowledgeItem }) {
  const { t } = useI18n();
  if (item.type === "file") {
    return (
      <p className="source">
        <Icon name="file" />
        <bdi>{item.source}</bdi>
      </p>
    );
  }
  if (item.type !== "page" && item.type !== "site") return null;
  return (
    <>
      <p className="source">
        <Icon name="connect" />
        <a href={item.source} target="_blank" rel="noreferrer" dir="ltr">
          {item.source}
        </a>
      </p>
      <Reading item={item} />
      {item.problem && (
        <p className="source wrong">
          <Icon name="alert" />
          {t(`page_problem.${item.problem as PageProblem}`)}
        </p>
      )}
    </>
  );
}

type PageProblem =
  | "address"
  | "robots"
  | "unreachable"
  | "timeout"
  | "status"
  | "too_large"
  | "not_text"
  | "empty"
  | "elsewhere"
  | "no_sitemap"
  | "bad_sitemap"
  | "full";

function Reading({ item }: { item: ReadItem }) {
  const { t, ago } = useI18n();
  if (item.state === "waiting" || item.state === "reading") {
    return (
      <p className="source" role="status">
        <Icon name="clock" />
        {t(`knowledge.${item.state}`)}
      </p>
    );
  }
  const changed = item.type === "page" && item.changed_at !== item.read_at ? item.changed_at : null;
  return (
    <p className="source soft">
      {item.read_at && <Time at={item.read_at}>{t("knowledge.read_at", { when: ago(item.read_at) })}</Time>}
      {changed && <Time at={changed}>{t("knowledge.changed_at", { when: ago(changed) })}</Time>}
      {item.schedule && <span>{t(`schedule.${item.schedule as Schedule}`)}</span>}
    </p>
  );
}

interface PagesProps extends Omit<Props, "item"> {
  site: SiteItem;
}

/** How far the pages of a site are, and the pages themselves when somebody wants to see them. */
function Pages({ botId, site, onEdit, onDelete }: PagesProps) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  const { pages, pages_done: done, pages_with_problem: wrong, left_out: left } = site;
  const facts = [
    t("knowledge.pages", { count: pages }),
    wrong > 0 ? t("knowledge.pages_wrong", { count: wrong }) : null,
    left > 0 ? t("knowledge.left_out", { count: left }) : null,
  ];
  return (
    <>
      {done < pages && (
        <p className="site-progress">
          <progress aria-label={headOf(site)} max={pages} value={done} />
          {t("knowledge.progress", { done, pages })}
        </p>
      )}
      <FactsLine facts={facts} label={t("knowledge.site_kind")} />
      {pages > 0 && (
        <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
          <summary>
            {t("knowledge.see_pages")}
            <span className="sr-only">: {headOf(site)}</span>
          </summary>
          {isOpen && <PageList botId={botId} site={site} onEdit={onEdit} onDelete={onDelete} />}
        </details>
      )}
    </>
  );
}

function PageList({ site, ...props }: PagesProps) {
  const { t } = useI18n();
  const query = useInfiniteQuery(knowledgeQuery(props.botId, { site: site.id }));
  const { refetch } = query;
  // The list above is read again while a site is being read, and tells when its pages have become others.
  const told = [site.state, site.read_at, site.pages, site.pages_done, site.pages_with_problem].join(" ");
  useEffect(() => {
    if (told) void refetch();
  }, [told, refetch]);
  if (query.isError) return <Failure problem={query.error} retry={query.refetch} />;
  return (
    <>
      <ul className="knowledge pages">
        {query.data?.pages.flatMap(({ items }) => items.map((item) => <Item key={item.id} item={item} {...props} />))}
      </ul>
      {query.hasNextPage && (
        <button type="button" disabled={query.isFetching} onClick={() => query.fetchNextPage()}>
          {t("more")}
        </button>
      )}
    </>
  );
}

/** Has it read once more. */
function ReadAgain({ botId, item }: { botId: string; item: ReadItem }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: () => {
      const path = { id: botId, item_id: item.id };
      return dataOf(api.POST("/api/bots/{id}/knowledge/{item_id}/refresh", { params: { path } }));
    },
    onError: (problem) => toast(sentence(problem, i18n)),
    onSettled: () => client.invalidateQueries({ queryKey: knowledgeKey(botId) }),
  });
  return (
    <button
      type="button"
      className="plain"
      title={t("knowledge.read_again")}
      disabled={read.isPending || isBeingRead(item)}
      onClick={() => read.mutate()}
    >
      <Icon name="again" />
      <span className="sr-only">{`${t("knowledge.read_again")}: ${headOf(item)}`}</span>
    </button>
  );
}
