import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { usePersonName } from "./team.ts";
import { useTypists } from "./typing.ts";

/** Which colleague types here. */
export function TypingLine({ conversationId }: { conversationId: string }) {
  const { t } = useI18n();
  const nameOf = usePersonName();
  const typists = useTypists(conversationId);
  const [first] = typists;
  const words =
    typists.length > 1
      ? t("typing.several", { count: typists.length })
      : first && t(first.writing === "note" ? "typing.note" : "typing.reply", { name: nameOf(first.personId) });
  return (
    <p className="typing" aria-live="polite">
      {words && (
        <>
          <Icon name="edit" />
          <bdi>{words}</bdi>
        </>
      )}
    </p>
  );
}
