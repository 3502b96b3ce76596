import { Icon, type IconName } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { useOrganise } from "./organise.ts";
import type { Kind } from "./organise-dialog.tsx";
import type { Selection } from "./selection.ts";

const KINDS = [
  ["assign", "human"],
  ["label", "label"],
  ["snooze", "snooze"],
] as const satisfies [Kind, IconName][];

/** What may be done to all that is selected. */
export function BulkBar({ selection, onAsk }: { selection: Selection; onAsk: (kind: Kind) => void }) {
  const { t } = useI18n();
  const organise = useOrganise();
  const { conversations } = selection;
  const count = conversations.length;
  const areResolved = conversations.every((it) => it.state === "resolved");
  function settle() {
    organise(
      conversations,
      { state: areResolved ? "open" : "resolved" },
      t(areResolved ? "bulk.reopened" : "bulk.resolved", { count }),
    );
    selection.clear();
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are no fields of a form
    <div className="bulk" role="group" aria-label={t("bulk.label")}>
      <p role="status">{t("bulk.count", { count })}</p>
      {KINDS.map(([kind, sign]) => (
        <button key={kind} type="button" className="plain" title={t(`organise.${kind}`)} onClick={() => onAsk(kind)}>
          <Icon name={sign} />
          <span className="sr-only">{t(`organise.${kind}`)}</span>
        </button>
      ))}
      <button
        type="button"
        className="plain"
        title={t(areResolved ? "state.reopen" : "state.resolve")}
        onClick={settle}
      >
        <Icon name={areResolved ? "reply" : "tick"} />
        <span className="sr-only">{t(areResolved ? "state.reopen" : "state.resolve")}</span>
      </button>
      <button type="button" className="plain" title={t("bulk.clear")} onClick={selection.clear}>
        <Icon name="close" />
        <span className="sr-only">{t("bulk.clear")}</span>
      </button>
    </div>
  );
}
