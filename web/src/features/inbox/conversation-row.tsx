import { Link } from "@tanstack/react-router";
import { useSession } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { LabelTag, useLabels } from "./labels.tsx";
import { type Conversation, lastAt } from "./model.ts";
import { authorWord, contactName, preview } from "./people.ts";
import type { Selection } from "./selection.ts";
import { usePersonName } from "./team.ts";
import { Tick } from "./tick.tsx";

/** What one needs to know of a conversation without opening it. */
export function ConversationRow({ conversation, isOpen, selection }: Props) {
  const isSelected = selection?.has(conversation.id) ?? false;
  return (
    <div className={isSelected ? "selectable selected" : "selectable"}>
      {selection && <Select conversation={conversation} isSelected={isSelected} selection={selection} />}
      <Row conversation={conversation} isOpen={isOpen} />
    </div>
  );
}

interface Props {
  conversation: Conversation;
  isOpen: boolean;
  /** Null for who may change nothing. */
  selection: Selection | null;
}

function Select({ conversation, isSelected, selection }: SelectProps) {
  const { t } = useI18n();
  return (
    <label className="select" title={t("bulk.select")}>
      <input
        type="checkbox"
        checked={isSelected}
        onChange={({ nativeEvent }) =>
          selection.toggle(conversation.id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
        }
      />
      <span className="sr-only">{t("bulk.select_one", { name: contactName(conversation.contact, t) })}</span>
    </label>
  );
}

interface SelectProps {
  conversation: Conversation;
  isSelected: boolean;
  selection: Selection;
}

function Row({ conversation, isOpen }: Omit<Props, "selection">) {
  const { t, ago } = useI18n();
  const { id, control, unread_count: unread } = conversation;
  const at = lastAt(conversation);
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: id }}
      search={(search) => ({ ...search, at: undefined })}
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
        <Standing conversation={conversation} />
        <Marks conversation={conversation} />
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

/** Who must act, and why. */
function Standing({ conversation: it }: { conversation: Conversation }) {
  const { t, ago, moment } = useI18n();
  return (
    <>
      {it.needs_person && <NeedsPerson />}
      {it.waiting && !it.needs_person && it.last_inbound_at && (
        <span className="needs">
          <span className="dot" aria-hidden="true" />
          {t("list.waits")} <Time at={it.last_inbound_at}>{ago(it.last_inbound_at)}</Time>
        </span>
      )}
      {(it.send_failed || it.last_message?.status === "failed") && (
        <span className="failed">
          <Icon name="alert" />
          {t("list.failed")}
        </span>
      )}
      {it.state === "snoozed" && it.snoozed_until && (
        <span className="aside">
          <Icon name="snooze" />
          <Time at={it.snoozed_until}>{moment(it.snoozed_until)}</Time>
        </span>
      )}
      {it.state === "resolved" && (
        <span className="aside">
          <Icon name="tick" />
          {t("state.resolved")}
        </span>
      )}
    </>
  );
}

/** Whose it is, what it is about, and that somebody calls. */
function Marks({ conversation: it }: { conversation: Conversation }) {
  const { t } = useI18n();
  const labels = useLabels(it.label_ids);
  const nameOf = usePersonName();
  return (
    <>
      {it.mentioned && (
        <span className="called">
          <Icon name="mention" />
          {t("list.mentioned")}
        </span>
      )}
      {it.assignee_id && (
        <span className="assignee">
          <Icon name="human" />
          <span className="sr-only">{t("list.assigned_to")}</span>
          <bdi>{nameOf(it.assignee_id)}</bdi>
        </span>
      )}
      {labels.map((label) => (
        <LabelTag key={label.id} label={label} />
      ))}
    </>
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
