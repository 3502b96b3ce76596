import { Menu } from "@base-ui/react/menu";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { countsQuery, labelsQuery, numbersQuery } from "../../api/queries.ts";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { VIEWS, type View } from "./model.ts";
import { SavedFilterItems, SavedFilters } from "./saved-filters.tsx";

/** As many as the server counts to. */
const MOST = 1000;
/** Those one looks at all day; the others are a menu away. */
const FIRST: readonly View[] = ["open", "mine", "waiting", "unassigned"];
const OTHERS = VIEWS.filter((view) => !FIRST.includes(view));

/** What the list shows; kept in the address, so that it can be shared and comes back after a reload. */
export function ListFilters() {
  const { t } = useI18n();
  const search = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const { data: counts } = useQuery(countsQuery);
  const chosen = search.view ?? "open";
  const show = (view: View) =>
    navigate({ to: ".", search: { ...search, view: view === "open" ? undefined : view }, replace: true });
  // A view out of the menu stands among the chips while it is chosen, and mentions while somebody calls.
  const isCalled = (counts?.mentions ?? 0) > 0;
  const chips = [...FIRST, ...OTHERS.filter((view) => view === chosen || (view === "mentions" && isCalled))];
  return (
    <div className="filters">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row of chips everywhere */}
      <div className="chips" role="group" aria-label={t("list.filter")}>
        {chips.map((view) => (
          <button key={view} type="button" aria-pressed={view === chosen} onClick={() => show(view)}>
            {view === "mentions" && <Icon name="mention" />}
            {t(`view.${view}`)}
            <Count count={counts?.[view]} />
          </button>
        ))}
        <OtherViews counts={counts} onShow={show} />
      </div>
      <Narrowing />
    </div>
  );
}

function Count({ count }: { count: number | undefined }) {
  const { t } = useI18n();
  if (!count) return null;
  return <span className="count">{count >= MOST ? t("list.most") : t("list.count", { count })}</span>;
}

interface OtherProps {
  counts: Partial<Record<View, number>> | undefined;
  onShow: (view: View) => void;
}

function OtherViews({ counts, onShow }: OtherProps) {
  const { t } = useI18n();
  const [isKeeping, setIsKeeping] = useState(false);
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className="others" title={t("list.others")}>
          <Icon name="more" />
          <span className="sr-only">{t("list.others")}</span>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner align="start" sideOffset={4} collisionPadding={8}>
            <Menu.Popup className="menu">
              {OTHERS.map((view) => (
                <Menu.Item key={view} className="item" onClick={() => onShow(view)}>
                  {t(`view.${view}`)}
                  <Count count={counts?.[view]} />
                </Menu.Item>
              ))}
              <SavedFilterItems onKeep={() => setIsKeeping(true)} />
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      {isKeeping && <SavedFilters onClose={() => setIsKeeping(false)} />}
    </>
  );
}

/** Only one number's, only one label's. */
function Narrowing() {
  const { t } = useI18n();
  const search = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const { data: numbers } = useQuery(numbersQuery);
  const { data: labels } = useQuery(labelsQuery);
  const narrow = (more: { number?: string | undefined; label?: string | undefined }) =>
    navigate({ to: ".", search: { ...search, ...more }, replace: true });
  const hasNumbers = numbers && numbers.items.length > 1;
  const hasLabels = labels && labels.items.length > 0;
  if (!hasNumbers && !hasLabels) return null;
  return (
    <div className="narrowing">
      {hasNumbers && (
        <select
          aria-label={t("list.number")}
          value={search.number ?? ""}
          onChange={({ target }) => narrow({ number: target.value || undefined })}
        >
          <option value="">{t("list.all_numbers")}</option>
          {numbers.items.map((number) => (
            <option key={number.id} value={number.id} dir="ltr">
              {number.display_phone_number}
            </option>
          ))}
        </select>
      )}
      {hasLabels && (
        <select
          aria-label={t("list.label_filter")}
          value={search.label ?? ""}
          onChange={({ target }) => narrow({ label: target.value || undefined })}
        >
          <option value="">{t("list.all_labels")}</option>
          {labels.items.map((label) => (
            <option key={label.id} value={label.id}>
              {label.name}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
