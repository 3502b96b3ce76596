import { usePermissions } from "../../api/roles.ts";
import { useSession } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { Time, useTicking } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { NeedsPerson } from "./conversation-row.tsx";
import type { Conversation } from "./model.ts";
import { contactName } from "./people.ts";
import { isWindowOpen } from "./window.ts";

const COUNT_MS = 20_000;

interface Props {
  conversation: Conversation;
  onClose: () => void;
  onTakeOver: () => void;
  onHandBack: () => void;
  showsContact: boolean;
  onToggleContact: () => void;
}

export function ThreadHead({ conversation, onClose, onTakeOver, onHandBack, showsContact, onToggleContact }: Props) {
  const { t } = useI18n();
  const { contact, number } = conversation;
  return (
    <header className="thread-head">
      <div className="who">
        <button type="button" className="plain back" onClick={onClose}>
          <Icon name="back" />
          <span className="sr-only">{t("thread.back")}</span>
        </button>
        <div>
          <h2>
            <bdi>{contactName(contact, t)}</bdi>
          </h2>
          <p>
            {contact.phone && <span dir="ltr">+{contact.phone}</span>}
            <span>
              {t("thread.on")} <bdi dir="ltr">{number.display_phone_number}</bdi>
            </span>
          </p>
        </div>
        <ServiceWindow conversation={conversation} />
        <button
          type="button"
          className="plain"
          title={t("contact.title")}
          aria-pressed={showsContact}
          aria-keyshortcuts="I"
          onClick={onToggleContact}
        >
          <Icon name="panel" />
          <span className="sr-only">{t("contact.title")}</span>
        </button>
      </div>
      <ControlBand conversation={conversation} onTakeOver={onTakeOver} onHandBack={onHandBack} />
    </header>
  );
}

/** How long one may still write freely. */
function ServiceWindow({ conversation }: { conversation: Conversation }) {
  useTicking(COUNT_MS);
  const { t, moment, timeLeft } = useI18n();
  const closesAt = conversation.window.closes_at;
  if (!closesAt) return <span className="window">{t("window.none")}</span>;
  if (!isWindowOpen(conversation)) {
    return (
      <span className="window shut">
        <Icon name="clock" />
        {t("window.closed")} <Time at={closesAt}>{moment(closesAt)}</Time>
      </span>
    );
  }
  return (
    <span className="window">
      <Icon name="clock" />
      <Time at={closesAt}>{t("window.left", { left: timeLeft(closesAt) })}</Time>
    </span>
  );
}

type BandProps = Pick<Props, "conversation" | "onTakeOver" | "onHandBack">;

/** The band in the colour of who is in control. */
function ControlBand({ conversation, onTakeOver, onHandBack }: BandProps) {
  const { t, moment } = useI18n();
  const { user } = useSession();
  const { mayReply } = usePermissions();
  const { control_by: by, handback_at: handbackAt } = conversation;
  const control = conversation.control === "ai" ? "ai" : "human";
  const words = control === "ai" ? "control.ai" : by === user.id ? "control.human" : "control.people";
  const [verb, key, act] =
    control === "ai"
      ? (["control.take_over", "T", onTakeOver] as const)
      : (["control.hand_back", "H", onHandBack] as const);
  return (
    <div className={`band ${control}`}>
      <Icon name={control} />
      <strong>{t(words)}</strong>
      {conversation.needs_person && <NeedsPerson />}
      {handbackAt && (
        <span className="soft">
          {t("control.until")} <Time at={handbackAt}>{moment(handbackAt)}</Time>
        </span>
      )}
      {mayReply && (
        <button type="button" aria-keyshortcuts={key} onClick={act}>
          {t(verb)}
          <span className="key" aria-hidden="true">
            {key}
          </span>
        </button>
      )}
    </div>
  );
}
