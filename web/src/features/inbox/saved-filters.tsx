import { Menu } from "@base-ui/react/menu";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { savedFiltersQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { VIEWS } from "./model.ts";

type SavedFilter = Schemas["SavedFilterBody"];
const LONGEST = 60;

/** The lists people have put together, and the way to keep the one that is shown. */
export function SavedFilterItems({ onKeep }: { onKeep: () => void }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { data } = useQuery(savedFiltersQuery);
  const show = ({ filter }: SavedFilter) =>
    navigate({
      to: ".",
      search: {
        view: VIEWS.find((view) => view === filter.view && view !== "open"),
        number: filter.number_id ?? undefined,
        label: filter.label_id ?? undefined,
      },
      replace: true,
    });
  return (
    <>
      {data && data.items.length > 0 && <hr />}
      {data?.items.map((saved) => (
        <Menu.Item key={saved.id} className="item" onClick={() => show(saved)}>
          <bdi>{saved.name}</bdi>
          {saved.shared && <span className="count">{t("saved_filter.shared")}</span>}
        </Menu.Item>
      ))}
      <hr />
      <Menu.Item className="item" onClick={onKeep}>
        <Icon name="plus" />
        {t("saved_filter.keep")}
      </Menu.Item>
    </>
  );
}

/** Keeps what the list shows under a name, and lets go of what was kept. */
export function SavedFilters({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const { view = "open", number, label } = useSearch({ from: "/app/inbox" });
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const { problem, isBusy, attempt } = useAttempt();
  async function keep(event: FormEvent) {
    event.preventDefault();
    const filter = { view, number_id: number ?? null, label_id: label ?? null };
    if (!(await attempt(() => dataOf(api.POST("/api/saved-filters", { body: { name, shared, filter } }))))) return;
    onClose();
    toast(t("saved"));
    await client.invalidateQueries({ queryKey: savedFiltersQuery.queryKey });
  }
  return (
    <Dialog title={t("saved_filter.keep")} open onClose={onClose}>
      <form onSubmit={keep}>
        <TextField
          label={t("saved_filter.name")}
          hint={t("saved_filter.hint")}
          error={errorOf(problem, "name")}
          required
          maxLength={LONGEST}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        {mayManage && (
          <label className="check">
            <input type="checkbox" checked={shared} onChange={({ target }) => setShared(target.checked)} />
            {t("saved_filter.share")}
          </label>
        )}
        <WrongLine problem={problem} />
        <DialogButtons verb={t("save")} isBusy={isBusy} onCancel={onClose} />
      </form>
      <Kept />
    </Dialog>
  );
}

function Kept() {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const { data } = useQuery(savedFiltersQuery);
  const own = data?.items.filter((saved) => mayManage || !saved.shared) ?? [];
  if (own.length === 0) return null;
  async function letGo({ id }: SavedFilter) {
    try {
      await dataOf(api.DELETE("/api/saved-filters/{id}", { params: { path: { id } } }));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: savedFiltersQuery.queryKey });
  }
  return (
    <section className="mt-6">
      <h3>{t("saved_filter.kept")}</h3>
      <ul className="own-list">
        {own.map((saved) => (
          <li key={saved.id}>
            <bdi>{saved.name}</bdi>
            {saved.shared && <span className="hint">{t("saved_filter.shared")}</span>}
            <span className="acts">
              <button type="button" onClick={() => letGo(saved)}>
                {t("delete")}
                <span className="sr-only">: {saved.name}</span>
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
