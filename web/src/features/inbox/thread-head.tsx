import { lazy, Suspense, useContext } from "react";
import { usePermissions } from "../../api/roles.ts";
import { useSession } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { Time, useTicking } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { NeedsPerson } from "./conversation-row.tsx";
import { LabelTag, useLabels } from "./labels.tsx";
import type { Conversation } from "./model.ts";
import type { Kind } from "./organise-dialog.tsx";
import { contactName } from "./people.ts";
import { CustomerLanguage } from "./reading.ts";
import { usePersonName } from "./team.ts";
import { isWindowOpen } from "./window.ts";

const TranslateSwitch = lazy(() => import("./translate-switch.tsx"));

const COUNT_MS = 20_000;

interface Props {
  conversation: Conversation;
  onClose: () => void;
  onTakeOver: () => void;
  onHandBack: () => void;
  showsContact: boolean;
  onToggleContact: () => void;
  onAsk: (kind: Kind) => void;
  /** Resolves it, or opens it again. */
  onSettle: () => void;
}

export function ThreadHead(props: Props) {
  const { conversation, onClose, onTakeOver, onHandBack, showsContact, onToggleContact } = props;
  const { t } = useI18n();
  return (
    <header className="thread-head">
      <div className="who">
        <button type="button" className="plain back" onClick={onClose}>
          <Icon name="back" />
          <span className="sr-only">{t("thread.back")}</span>
        </button>
        <h2>
          <bdi>{contactName(conversation.contact, t)}</bdi>
        </h2>
        <Organising {...props} />
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
      <Facts conversation={conversation} />
      <PutAside conversation={conversation} onSettle={props.onSettle} />
      <ControlBand conversation={conversation} onTakeOver={onTakeOver} onHandBack={onHandBack} />
    </header>
  );
}

/** How to reach the customer, whose the conversation is, and what it is about. */
function Facts({ conversation }: { conversation: Conversation }) {
  const { t } = useI18n();
  const { contact, number, assignee_id: assignee, label_ids: ids } = conversation;
  const nameOf = usePersonName();
  const labels = useLabels(ids);
  const customer = useContext(CustomerLanguage);
  return (
    <div className="head-facts">
      {contact.phone && <span dir="ltr">+{contact.phone}</span>}
      <span className="on">
        {t("thread.on")} <bdi dir="ltr">{number.display_phone_number}</bdi>
      </span>
      <ServiceWindow conversation={conversation} />
      {assignee && (
        <span className="assignee">
          <Icon name="human" />
          <span className="sr-only">{t("list.assigned_to")} </span>
          <bdi>{nameOf(assignee)}</bdi>
        </span>
      )}
      {labels.map((label) => (
        <LabelTag key={label.id} label={label} />
      ))}
      {customer && (
        <Suspense>
          <TranslateSwitch />
        </Suspense>
      )}
    </div>
  );
}

/** To say whose it is, what it is about, and whether it is done with. */
function Organising({ conversation: it, onAsk, onSettle }: Pick<Props, "conversation" | "onAsk" | "onSettle">) {
  const { t } = useI18n();
  const { mayReply } = usePermissions();
  if (!mayReply) return null;
  const acts = [
    { words: t("organise.assign"), key: "A", sign: "human", act: () => onAsk("assign") },
    { words: t("organise.label"), key: "L", sign: "label", act: () => onAsk("label") },
    { words: t("organise.snooze"), key: "S", sign: "snooze", act: () => onAsk("snooze") },
    { words: t("state.resolve"), key: "E", sign: "tick", act: onSettle },
  ] as const;
  return (
    <div className="organising">
      {acts
        .filter(({ key }) => key !== "E" || it.state === "open")
        .map(({ words, key, sign, act }) => (
          <button key={key} type="button" className="plain" title={words} aria-keyshortcuts={key} onClick={act}>
            <Icon name={sign} />
            <span className="sr-only">{words}</span>
          </button>
        ))}
    </div>
  );
}

/** That it is snoozed or resolved, and what opens it. */
function PutAside({ conversation: it, onSettle }: Pick<Props, "conversation" | "onSettle">) {
  const { t, moment } = useI18n();
  const { mayReply } = usePermissions();
  if (it.state === "open") return null;
  return (
    <p className="put-aside" role="status">
      <Icon name={it.state === "snoozed" ? "snooze" : "tick"} />
      {it.state === "snoozed" && it.snoozed_until ? (
        <span>
          {t("state.snoozed_until")} <Time at={it.snoozed_until}>{moment(it.snoozed_until)}</Time>
        </span>
      ) : (
        <span>{t("state.resolved_hint")}</span>
      )}
      {mayReply && (
        <button type="button" aria-keyshortcuts="E" onClick={onSettle}>
          {t("state.reopen")}
        </button>
      )}
    </p>
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
  useTicking(COUNT_MS);
  const { t, timeLeft } = useI18n();
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
          <Time at={handbackAt}>{t("control.until", { left: timeLeft(handbackAt) })}</Time>
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
