import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { usePersonName } from "./team.ts";
import { type Typist, useTypists } from "./typing.ts";

/** Which colleague types here. */
export function TypingLine({ conversationId }: { conversationId: string }) {
  const [first, ...others] = useTypists(conversationId);
  return (
    <p className="typing" aria-live="polite">
      {first && <Typists first={first} count={1 + others.length} />}
    </p>
  );
}

function Typists({ first, count }: { first: Typist; count: number }) {
  const { t } = useI18n();
  const nameOf = usePersonName();
  const name = nameOf(first.personId);
  const words = first.writing === "note" ? t("typing.note", { name }) : t("typing.reply", { name });
  return (
    <>
      <Icon name="edit" />
      <bdi>{count > 1 ? t("typing.several", { count }) : words}</bdi>
    </>
  );
}
