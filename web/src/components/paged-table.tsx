import type { ReactNode } from "react";
import { useI18n } from "../i18n/provider.tsx";
import { DataTable } from "./data-table.tsx";
import { Failure } from "./failure.tsx";

/** What the table needs of an infinite query. */
interface PagedQuery<Item> {
  data: { pages: { items: Item[] }[] } | undefined;
  error: unknown;
  isFetching: boolean;
  hasNextPage: boolean;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

interface Props<Item> {
  query: PagedQuery<Item>;
  label: string;
  head: string[];
  empty: string;
  row: (item: Item) => ReactNode;
}

/** A list of the API as a table, page by page. */
export function PagedTable<Item>({ query, label, head, empty, row }: Props<Item>) {
  const { t } = useI18n();
  if (query.error) return <Failure problem={query.error} retry={query.refetch} />;
  const items = query.data?.pages.flatMap((page) => page.items);
  if (!items) return null;
  if (items.length === 0) return <p className="empty">{empty}</p>;
  return (
    <>
      <DataTable label={label} head={head} rows={items.map(row)} />
      {query.hasNextPage && (
        <button type="button" className="mt-3" disabled={query.isFetching} onClick={query.fetchNextPage}>
          {t("more")}
        </button>
      )}
    </>
  );
}
