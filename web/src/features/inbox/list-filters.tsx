import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { numbersQuery } from "../../api/queries.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { FILTERS, type Filter } from "./model.ts";

/** What the list shows; kept in the address, so that it can be shared and comes back after a reload. */
export function ListFilters() {
  const { t } = useI18n();
  const search = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const { data: numbers } = useQuery(numbersQuery);
  const chosen = search.filter ?? "all";
  const show = (filter: Filter) =>
    navigate({ to: ".", search: { ...search, filter: filter === "all" ? undefined : filter }, replace: true });
  return (
    <div className="filters">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row of chips everywhere */}
      <div className="chips" role="group" aria-label={t("list.filter")}>
        {FILTERS.map((filter) => (
          <button key={filter} type="button" aria-pressed={filter === chosen} onClick={() => show(filter)}>
            {t(`filter.${filter}`)}
          </button>
        ))}
      </div>
      {numbers && numbers.items.length > 1 && (
        <select
          aria-label={t("list.number")}
          value={search.number ?? ""}
          onChange={({ target }) =>
            navigate({ to: ".", search: { ...search, number: target.value || undefined }, replace: true })
          }
        >
          <option value="">{t("list.all_numbers")}</option>
          {numbers.items.map((number) => (
            <option key={number.id} value={number.id} dir="ltr">
              {number.display_phone_number}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
