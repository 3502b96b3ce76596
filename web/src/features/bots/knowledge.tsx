import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { knowledgeQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { Removal } from "../../components/removal.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { FindBox } from "./find-box.tsx";
import { KnowledgeEditor } from "./knowledge-editor.tsx";

export type KnowledgeItem = Schemas["KnowledgeBody"];

export const headOf = (item: KnowledgeItem) => (item.type === "qa" ? item.question : item.title);
const bodyOf = (item: KnowledgeItem) => (item.type === "qa" ? item.answer : item.text);

/** What a bot knows: questions with answers, texts, and what was read of files and pages. */
export function Knowledge({ botId }: { botId: string }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const query = useInfiniteQuery(knowledgeQuery(botId));
  const [edited, setEdited] = useState<KnowledgeItem | "new" | null>(null);
  const [doomed, setDoomed] = useState<KnowledgeItem | null>(null);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="knowledge-title">
      <div className="head">
        <h2 id="knowledge-title">{t("knowledge.heading")}</h2>
        {mayManage && (
          <button type="button" onClick={() => setEdited("new")}>
            <Icon name="plus" />
            {t("knowledge.add")}
          </button>
        )}
      </div>
      <p className="hint">{t("knowledge.hint")}</p>
      {items.length > 0 && <FindBox botId={botId} />}
      <ul className="knowledge">
        {items.map((item) => (
          <Item
            key={item.id}
            botId={botId}
            item={item}
            onEdit={() => setEdited(item)}
            onDelete={() => setDoomed(item)}
          />
        ))}
        {query.isSuccess && items.length === 0 && <li className="empty">{t("knowledge.empty")}</li>}
      </ul>
      {query.isError && <Failure problem={query.error} retry={() => query.refetch()} />}
      {query.hasNextPage && (
        <button type="button" disabled={query.isFetching} onClick={() => query.fetchNextPage()}>
          {t("more")}
        </button>
      )}
      {edited && (
        <KnowledgeEditor botId={botId} item={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
      <Removal
        item={doomed}
        title={t("knowledge.delete_title")}
        text={doomed ? headOf(doomed) : ""}
        remove={({ id }) =>
          dataOf(api.DELETE("/api/bots/{id}/knowledge/{item_id}", { params: { path: { id: botId, item_id: id } } }))
        }
        queryKey={knowledgeQuery(botId).queryKey}
        onClose={() => setDoomed(null)}
      />
    </section>
  );
}

interface ItemProps {
  botId: string;
  item: KnowledgeItem;
  onEdit: () => void;
  onDelete: () => void;
}

function Item({ botId, item, onEdit, onDelete }: ItemProps) {
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
        <p dir="auto">{bodyOf(item)}</p>
      </div>
      {mayManage && item.type === "page" && <ReadAgain botId={botId} item={item} />}
      {mayManage && button("edit", t("edit"), onEdit)}
      {mayManage && button("trash", t("delete"), onDelete)}
    </li>
  );
}

/** Where it is from, and what is wrong with it. */
function Source({ item }: { item: KnowledgeItem }) {
  const { t, ago } = useI18n();
  if (item.type === "file") {
    return (
      <p className="source">
        <Icon name="file" />
        <bdi>{item.source}</bdi>
      </p>
    );
  }
  if (item.type !== "page") return null;
  return (
    <>
      <p className="source">
        <Icon name="connect" />
        <a href={item.source} target="_blank" rel="noreferrer" dir="ltr">
          {item.source}
        </a>
        {item.read_at && <Time at={item.read_at}>{t("knowledge.read_at", { when: ago(item.read_at) })}</Time>}
      </p>
      {item.problem && (
        <p className="source wrong">
          <Icon name="alert" />
          {t(`page_problem.${item.problem as PageProblem}`)}
        </p>
      )}
    </>
  );
}

type PageProblem = "address" | "robots" | "unreachable" | "timeout" | "status" | "too_large" | "not_text" | "empty";

/** Reads the page once more. */
function ReadAgain({ botId, item }: { botId: string; item: KnowledgeItem }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: () => {
      const path = { id: botId, item_id: item.id };
      return dataOf(api.POST("/api/bots/{id}/knowledge/{item_id}/refresh", { params: { path } }));
    },
    onError: (problem) => toast(sentence(problem, i18n)),
    onSettled: () => client.invalidateQueries({ queryKey: knowledgeQuery(botId).queryKey }),
  });
  return (
    <button
      type="button"
      className="plain"
      title={t("knowledge.read_again")}
      disabled={read.isPending}
      onClick={() => read.mutate()}
    >
      <Icon name="again" />
      <span className="sr-only">{`${t("knowledge.read_again")}: ${headOf(item)}`}</span>
    </button>
  );
}
