import { useI18n } from "../i18n/provider.tsx";

/** What can be done with an item of a list of the business's own. */
export function Acts({ name, onEdit, onDelete }: { name: string; onEdit: () => void; onDelete: () => void }) {
  const { t } = useI18n();
  return (
    <span className="acts">
      <button type="button" onClick={onEdit}>
        {t("edit")}
        <span className="sr-only">: {name}</span>
      </button>
      <button type="button" onClick={onDelete}>
        {t("delete")}
        <span className="sr-only">: {name}</span>
      </button>
    </span>
  );
}
