import { useQuery } from "@tanstack/react-query";
import { passagesQuery } from "../../api/queries.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Message } from "./model.ts";

/** What of the knowledge an answer was written from, as it read then. */
export default function Passages({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useI18n();
  const query = useQuery(passagesQuery(message.conversation_id, message.id));
  return (
    <Dialog title={t("passages.title")} open onClose={onClose}>
      <p className="soft">{t("passages.hint")}</p>
      {query.isError && <Failure problem={query.error} retry={() => query.refetch()} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <ol className="passages" tabIndex={0} aria-label={t("passages.title")}>
        {query.data?.items.map((passage, index) => (
          <li key={index}>
            {passage.title && <h3 dir="auto">{passage.title}</h3>}
            <p dir="auto">{passage.text}</p>
          </li>
        ))}
      </ol>
      <div className="buttons">
        <button type="button" onClick={onClose}>
          {t("close")}
        </button>
      </div>
    </Dialog>
  );
}
