import { useSession } from "../../api/session.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { Compare } from "./compared.tsx";
import { bodyOf, headOf, type KnowledgeItem } from "./item-words.ts";
import { useWriterName } from "./writer.ts";

interface Props {
  /** As somebody has changed it. */
  item: KnowledgeItem;
  /** What is about to be saved over it. */
  words: { head: string; body: string };
  onTake: () => void;
}

/** Tells whoever writes that somebody else has written meanwhile, and what. */
export default function ChangedMeanwhile({ item, words, onTake }: Props) {
  const { t, ago } = useI18n();
  const { user } = useSession();
  const who = useWriterName()(item) ?? t("actor.person");
  const when = ago(item.updated_at);
  const isOwn = item.actor_id === user.id;
  return (
    <section className="changed-meanwhile" aria-label={t("changed.theirs")}>
      <p role="alert">
        {isOwn ? t("changed.elsewhere", { when }) : t("changed.meanwhile", { who, when })} {t("changed.again")}
      </p>
      <Compare
        old={{ label: t("changed.theirs"), head: headOf(item), body: bodyOf(item) }}
        now={{ label: t("changed.yours"), ...words }}
      />
      <div className="buttons start">
        <button type="button" onClick={onTake}>
          {t("changed.take")}
        </button>
      </div>
    </section>
  );
}
