import { useQuery } from "@tanstack/react-query";
import { passagesQuery } from "../../api/queries.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { FactsLine, useFigures } from "../bots/facts.tsx";
import type { Message } from "./model.ts";

/** What of the knowledge an answer was written from, as it read then; and what it took. */
export default function Passages({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useI18n();
  const figures = useFigures();
  const { passages, spent } = message;
  const query = useQuery({ ...passagesQuery(message.conversation_id, message.id), enabled: passages > 0 });
  return (
    <Dialog title={t("passages.title")} open onClose={onClose}>
      <p className="soft">{t(passages > 0 ? "passages.hint" : "passages.none")}</p>
      {query.isError && <Failure problem={query.error} retry={() => query.refetch()} />}
      {passages > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <ol className="passages" tabIndex={0} aria-label={t("passages.title")}>
          {query.data?.items.map((passage, index) => (
            <li key={index}>
              {passage.title && <h3 dir="auto">{passage.title}</h3>}
              <p dir="auto">{passage.text}</p>
            </li>
          ))}
        </ol>
      )}
      {spent && <FactsLine label={t("try.facts")} facts={[figures.tokens(spent), figures.cost(spent.cost)]} />}
      <div className="buttons">
        <button type="button" onClick={onClose}>
          {t("close")}
        </button>
      </div>
    </Dialog>
  );
}
