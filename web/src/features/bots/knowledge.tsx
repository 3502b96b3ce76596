import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { type KnowledgeFilter, knowledgeKey, knowledgeQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { usePaused } from "../../components/paused.ts";
import { Removal } from "../../components/removal.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { FindBox } from "./find-box.tsx";
import { headOf, type KnowledgeItem, useWhole } from "./item-words.ts";
import { KIND_WORDS, KINDS, KnowledgeEditor } from "./knowledge-editor.tsx";
import { Item } from "./knowledge-item.tsx";

/** What a bot knows: questions with answers, texts, and what was read of files, pages and sites. */
export function Knowledge({ botId }: { botId: string }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const [filter, setFilter] = useState<KnowledgeFilter>({});
  const q = usePaused((filter.q ?? "").trim());
  const query = useInfiniteQuery({
    ...knowledgeQuery(botId, { ...filter, q }),
    placeholderData: keepPreviousData,
  });
  const [edited, setEdited] = useState<KnowledgeItem | "new" | null>(null);
  const [doomed, setDoomed] = useState<KnowledgeItem | null>(null);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = q !== "" || Boolean(filter.type) || Boolean(filter.problem);
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
      {(items.length > 0 || isFiltered) && (
        <>
          <FindBox botId={botId} />
          <FilterBar filter={filter} onFilter={setFilter} />
        </>
      )}
      <ul className="knowledge">
        {items.map((item) => (
          <Item key={item.id} botId={botId} item={item} onEdit={setEdited} onDelete={setDoomed} />
        ))}
        {query.isSuccess && items.length === 0 && (
          <li className="empty">{t(isFiltered ? "knowledge.none_fits" : "knowledge.empty")}</li>
        )}
      </ul>
      {query.isError && <Failure problem={query.error} retry={() => query.refetch()} />}
      {query.hasNextPage && (
        <button type="button" disabled={query.isFetching} onClick={() => query.fetchNextPage()}>
          {t("more")}
        </button>
      )}
      {edited === "new" && <KnowledgeEditor botId={botId} item={null} onClose={() => setEdited(null)} />}
      {edited && edited !== "new" && <ItemEditor botId={botId} item={edited} onClose={() => setEdited(null)} />}
      <Removal
        item={doomed}
        title={t("knowledge.delete_title")}
        text={doomed ? [headOf(doomed), t(consequenceOf(doomed))].join("\n") : ""}
        remove={({ id }) =>
          dataOf(api.DELETE("/api/bots/{id}/knowledge/{item_id}", { params: { path: { id: botId, item_id: id } } }))
        }
        queryKey={knowledgeKey(botId)}
        onClose={() => setDoomed(null)}
      />
    </section>
  );
}

interface EditorProps {
  botId: string;
  item: KnowledgeItem;
  onClose: () => void;
}

/** Opens once all that the item says is here. */
function ItemEditor({ botId, item, onClose }: EditorProps) {
  const i18n = useI18n();
  const { whole, error } = useWhole(botId, item);
  useEffect(() => {
    if (!error) return;
    toast(sentence(error, i18n));
    onClose();
  }, [error, i18n, onClose]);
  return whole && <KnowledgeEditor botId={botId} item={whole} onClose={onClose} />;
}

const consequenceOf = (item: KnowledgeItem) =>
  item.type === "site"
    ? "knowledge.delete_site"
    : item.type === "page" && item.site_id
      ? "knowledge.delete_page"
      : "knowledge.delete_text";

interface FilterProps {
  filter: KnowledgeFilter;
  onFilter: (filter: KnowledgeFilter) => void;
}

/** Which of it is listed. */
function FilterBar({ filter, onFilter }: FilterProps) {
  const { t } = useI18n();
  return (
    <search className="filter-bar">
      <TextField
        type="search"
        label={t("knowledge.filter")}
        maxLength={200}
        value={filter.q ?? ""}
        onChange={({ target }) => onFilter({ ...filter, q: target.value })}
      />
      <SelectField
        label={t("knowledge.kind")}
        value={filter.type ?? ""}
        onChange={({ target }) => onFilter({ ...filter, type: target.value })}
      >
        <option value="">{t("knowledge.all_kinds")}</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(KIND_WORDS[kind])}
          </option>
        ))}
      </SelectField>
      <label className="check">
        <input
          type="checkbox"
          checked={filter.problem ?? false}
          onChange={({ target }) => onFilter({ ...filter, problem: target.checked })}
        />
        {t("knowledge.only_problems")}
      </label>
    </search>
  );
}
