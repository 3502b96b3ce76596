import type { ReactNode } from "react";
import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ControlTag } from "./conversation-row.tsx";
import type { Conversation } from "./model.ts";
import { contactName } from "./people.ts";

/** What is known of the customer, and of this conversation. */
export function ContactPanel({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t, moment } = useI18n();
  const { contact, number, window, control_at: controlAt, created_at: createdAt } = conversation;
  const closesAt = window.closes_at;
  return (
    <aside className="contact" aria-label={t("contact.title")}>
      <div className="head">
        <h2>
          <bdi>{contactName(contact, t)}</bdi>
        </h2>
        <button type="button" className="plain" title={t("close")} onClick={onClose}>
          <Icon name="close" />
          <span className="sr-only">{t("close")}</span>
        </button>
      </div>
      <dl>
        {contact.name && <Fact label={t("contact.name")}>{<bdi>{contact.name}</bdi>}</Fact>}
        {contact.phone && <Fact label={t("contact.phone")}>{<bdi dir="ltr">+{contact.phone}</bdi>}</Fact>}
        {contact.username && <Fact label={t("contact.username")}>{<bdi dir="ltr">@{contact.username}</bdi>}</Fact>}
        {contact.user_id && <Fact label={t("contact.user_id")}>{<bdi dir="ltr">{contact.user_id}</bdi>}</Fact>}
        <Fact label={t("contact.number")}>{<bdi dir="ltr">{number.display_phone_number}</bdi>}</Fact>
        <Fact label={t("contact.since")}>
          <Time at={createdAt}>{moment(createdAt)}</Time>
        </Fact>
        <Fact label={t("contact.control")}>
          <ControlTag control={conversation.control} /> <Time at={controlAt}>{moment(controlAt)}</Time>
        </Fact>
        {closesAt && (
          <Fact label={t("contact.window")}>
            <Time at={closesAt}>{moment(closesAt)}</Time>
          </Fact>
        )}
      </dl>
      <button type="button" className="mt-4" onClick={() => print()}>
        <Icon name="print" />
        {t("print.verb")}
      </button>
    </aside>
  );
}

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);
