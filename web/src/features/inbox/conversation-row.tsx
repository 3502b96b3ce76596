import { Link } from "@tanstack/react-router";
import { useSession } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { type Conversation, lastAt } from "./model.ts";
import { authorWord, contactName, preview } from "./people.ts";
import { Tick } from "./tick.tsx";

/** What one needs to know of a conversation without opening it. */
export function ConversationRow({ conversation, isOpen }: { conversation: Conversation; isOpen: boolean }) {
  const { t, ago } = useI18n();
  const { id, control, unread_count: unread, last_message: last } = conversation;
  const at = lastAt(conversation);
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: id }}
      search={true}
      className={`row ${control}`}
      data-id={id}
      aria-current={isOpen || undefined}
      preload={false}
    >
      <span className="line">
        <strong>
          <bdi>{contactName(conversation.contact, t)}</bdi>
        </strong>
        <Time at={at}>{ago(at)}</Time>
      </span>
      <LastLine conversation={conversation} />
      <span className="line">
        <ControlTag control={control} />
        {conversation.needs_person && <NeedsPerson />}
        {last?.status === "failed" && (
          <span className="failed">
            <Icon name="alert" />
            {t("list.failed")}
          </span>
        )}
        {unread > 0 && (
          <span className="unread">
            <span aria-hidden="true">{t("list.count", { count: unread })}</span>
            <span className="sr-only">{t("list.unread", { count: unread })}</span>
          </span>
        )}
      </span>
    </Link>
  );
}

function LastLine({ conversation: { last_message: last, contact } }: { conversation: Conversation }) {
  const i18n = useI18n();
  const { user } = useSession();
  if (!last) return <span className="last" />;
  const isOurs = last.direction === "outbound";
  return (
    <span className="last">
      {isOurs && <Tick status={last.status} />}
      {isOurs && <span className="who">{authorWord(last, contactName(contact, i18n.t), user.id, i18n)}: </span>}
      <span className="said" dir="auto">
        {preview(last, i18n)}
      </span>
    </span>
  );
}

/** Who is in control, small. */
export function ControlTag({ control }: { control: string }) {
  const { t } = useI18n();
  const who = control === "ai" ? "ai" : "human";
  return (
    <span className={`tag ${who}`}>
      <Icon name={who} />
      {t(`tag.${who}`)}
    </span>
  );
}

/** A filled dot: a person has to look at it. */
export function NeedsPerson() {
  const { t } = useI18n();
  return (
    <span className="needs">
      <span className="dot" aria-hidden="true" />
      {t("list.needs_person")}
    </span>
  );
}
