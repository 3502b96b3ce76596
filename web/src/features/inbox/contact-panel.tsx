import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { contactFieldsQuery, contactQuery, notesQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { languageNames } from "../../i18n/languages.ts";
import { loadStudioTexts, useI18n } from "../../i18n/provider.tsx";
import { valueWords } from "./contact-values.ts";
import { ControlTag } from "./conversation-row.tsx";
import { GivenPhone } from "./given-phone.tsx";
import { LabelTag, useLabels } from "./labels.tsx";
import type { Contact, Conversation } from "./model.ts";
import { contactName } from "./people.ts";

const NOTES = 5;

// Asked for seldom, and no part of what an inbox needs to begin.
const Summary = lazy(async () => (await Promise.all([import("./summary.tsx"), loadStudioTexts()]))[0]);
const ReplayThis = lazy(async () => (await Promise.all([import("../bots/replay-this.tsx"), loadStudioTexts()]))[0]);
const ContactForm = lazy(() => import("./contact-form.tsx").then(({ ContactForm }) => ({ default: ContactForm })));

/** What is known of the customer, and of this conversation. */
export function ContactPanel({ conversation, onEdit, onClose }: PanelProps) {
  const { t } = useI18n();
  const { mayReply, mayManage } = usePermissions();
  const { data: contact, error, refetch } = useQuery(contactQuery(conversation.contact.id));
  return (
    <aside className="contact" aria-label={t("contact.title")}>
      <div className="head">
        <h2>
          <bdi>{contactName(conversation.contact, t)}</bdi>
        </h2>
        <button type="button" className="plain" title={t("close")} onClick={onClose}>
          <Icon name="close" />
          <span className="sr-only">{t("close")}</span>
        </button>
      </div>
      {error && <Failure problem={error} retry={refetch} />}
      <dl>
        {contact && <Known contact={contact} />}
        <OfConversation conversation={conversation} />
      </dl>
      {mayReply && contact && (
        <button type="button" className="mt-4" onClick={onEdit}>
          <Icon name="edit" />
          {t("contact.edit")}
        </button>
      )}
      <Suspense>
        <Summary id={conversation.id} />
      </Suspense>
      <Notes conversation={conversation} />
      {contact && <History contact={contact} conversation={conversation} />}
      {mayManage && (
        <Suspense>
          <ReplayThis conversationId={conversation.id} numberId={conversation.number.id} />
        </Suspense>
      )}
      <button type="button" className="mt-4" onClick={() => print()}>
        <Icon name="print" />
        {t("print.verb")}
      </button>
    </aside>
  );
}

interface PanelProps {
  conversation: Conversation;
  onEdit: () => void;
  onClose: () => void;
}

/** The form of a customer. Beside the panel and not in it: what is typed outlives the panel, which narrow windows fold. */
export function EditContact({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useI18n();
  const { data: contact } = useQuery(contactQuery(conversation.contact.id));
  if (!contact) return null;
  return (
    <Suspense>
      <ContactForm contact={contact} name={contactName(conversation.contact, t)} onClose={onClose} />
    </Suspense>
  );
}

/** Of the customer, whichever conversation. */
function Known({ contact }: { contact: Contact }) {
  const i18n = useI18n();
  const { t, language } = i18n;
  const { data } = useQuery(contactFieldsQuery);
  const { own_name: ownName, whatsapp_name: whatsappName, phone, username, user_id: userId } = contact;
  const names = languageNames(language);
  const { language: noted, detected_language: detected } = contact;
  const filled = data?.items.filter((field) => Object.hasOwn(contact.fields, field.id)) ?? [];
  return (
    <>
      {ownName && <Fact label={t("contact.own_name")}>{<bdi>{ownName}</bdi>}</Fact>}
      {whatsappName && <Fact label={t("contact.whatsapp_name")}>{<bdi>{whatsappName}</bdi>}</Fact>}
      {phone && <Fact label={t("contact.phone")}>{<bdi dir="ltr">+{phone}</bdi>}</Fact>}
      {contact.given_phone && (
        <Fact label={t("contact.given_phone")}>
          <GivenPhone contact={contact} phone={contact.given_phone} />
        </Fact>
      )}
      {username && <Fact label={t("contact.username")}>{<bdi dir="ltr">@{username}</bdi>}</Fact>}
      {userId && <Fact label={t("contact.user_id")}>{<bdi dir="ltr">{userId}</bdi>}</Fact>}
      {noted && <Fact label={t("contact.language")}>{names.of(noted) ?? noted}</Fact>}
      {!noted && detected && <Fact label={t("contact.writes_in")}>{names.of(detected) ?? detected}</Fact>}
      {filled.map((field) => (
        <Fact key={field.id} label={<bdi>{field.name}</bdi>}>
          <bdi>{valueWords(field, contact.fields[field.id], i18n)}</bdi>
        </Fact>
      ))}
    </>
  );
}

/** Of this conversation alone. */
function OfConversation({ conversation }: { conversation: Conversation }) {
  const { t, moment } = useI18n();
  const { number, window, control_at: controlAt, created_at: createdAt } = conversation;
  const labels = useLabels(conversation.label_ids);
  const closesAt = window.closes_at;
  return (
    <>
      {labels.length > 0 && (
        <Fact label={t("contact.labels")}>
          {labels.map((label) => (
            <LabelTag key={label.id} label={label} />
          ))}
        </Fact>
      )}
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
    </>
  );
}

/** The newest notes, so that one need not look for them in the thread. */
function Notes({ conversation }: { conversation: Conversation }) {
  const { t, moment } = useI18n();
  const { data } = useQuery(notesQuery(conversation.id));
  const notes = [...(data?.items ?? [])].sort((a, b) => b.created_at.localeCompare(a.created_at)).slice(0, NOTES);
  if (notes.length === 0) return null;
  return (
    <section aria-label={t("contact.notes")}>
      <h3>{t("contact.notes")}</h3>
      <ul>
        {notes.map((note) => (
          <li key={note.id}>
            <p dir="auto">{note.text}</p>
            <Time at={note.created_at}>{moment(note.created_at)}</Time>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The customer's conversations on other numbers. */
function History({ contact, conversation }: { contact: Contact; conversation: Conversation }) {
  const { t, moment } = useI18n();
  const others = contact.conversations.filter(({ id }) => id !== conversation.id);
  return (
    <section aria-label={t("contact.history")}>
      <h3>{t("contact.history")}</h3>
      {others.length === 0 && <p className="hint">{t("contact.no_history")}</p>}
      <ul>
        {others.map(({ id, number, last_message: last }) => (
          <li key={id}>
            <Link to="/inbox/$conversationId" params={{ conversationId: id }}>
              <bdi dir="ltr">{number.display_phone_number}</bdi>
            </Link>
            {last && <p dir="auto">{last.text}</p>}
            {last && <Time at={last.created_at}>{moment(last.created_at)}</Time>}
          </li>
        ))}
      </ul>
    </section>
  );
}

const Fact = ({ label, children }: { label: ReactNode; children: ReactNode }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);
