import { lazy, Suspense, useState } from "react";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { headOf, type KnowledgeItem } from "./item-words.ts";
import { useWriterName } from "./writer.ts";

const History = lazy(() => import("./history.tsx"));

/** Who last changed an item, and the way to what it said before. */
export function HistoryLine({ botId, item }: { botId: string; item: KnowledgeItem }) {
  const { t, ago } = useI18n();
  const nameOf = useWriterName();
  const [isOpen, setIsOpen] = useState(false);
  const who = nameOf(item);
  return (
    <>
      <p className="source soft">
        {item.type !== "page" && (
          <>
            <Time at={item.updated_at}>
              {t(item.version === 1 ? "history.added" : "knowledge.changed_at", { when: ago(item.updated_at) })}
            </Time>
            {who && (
              <span>
                <bdi>{who}</bdi>
              </span>
            )}
          </>
        )}
        <button
          type="button"
          className="link"
          aria-label={`${t("history.title")}: ${headOf(item)}`}
          onClick={() => setIsOpen(true)}
        >
          {t("history.title")}
        </button>
      </p>
      {isOpen && (
        <Suspense>
          <History botId={botId} item={item} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
