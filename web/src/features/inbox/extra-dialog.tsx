import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { Schemas } from "../../api/client.ts";
import { Dialog } from "../../components/dialog.tsx";
import { TextArea, TextField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ChoiceCard, ContactCards, PlaceCard } from "./cards.tsx";
import { draftOf, keepDraft } from "./drafts.ts";
import {
  type CardValues,
  contactsBody,
  type Extra,
  LIMITS,
  type OfferValues,
  type OptionValues,
  offerBody,
  type PlaceValues,
  placeBody,
  twiceIn,
  wrongInCard,
} from "./extras.ts";
import type { Conversation } from "./model.ts";
import { contactName } from "./people.ts";
import { sendBody } from "./sends.ts";

type Body = Schemas["SendBody"];

interface Props {
  kind: Extra;
  conversation: Conversation;
  onClose: () => void;
}

/** Makes a message that is neither text nor a file, and shows what the customer will see of it. */
export default function ExtraDialog(props: Props) {
  const { t } = useI18n();
  const { kind, onClose } = props;
  return (
    <Dialog title={t(`extra.${kind}`)} open onClose={onClose}>
      {kind === "location" && <PlaceForm {...props} />}
      {kind === "contacts" && <ContactsForm {...props} />}
      {kind !== "location" && kind !== "contacts" && <OfferForm {...props} kind={kind} />}
    </Dialog>
  );
}

/** What was filled in stays until it is sent, as what is being written does. */
function useKept<T extends object>({ kind, conversation: { id } }: Props, empty: T) {
  const key = `${id}.${kind}`;
  const [values, setValues] = useState<T>(() => ({ ...empty, ...JSON.parse(draftOf(key) || "{}") }));
  const set = (next: T) => {
    keepDraft(key, JSON.stringify(next));
    setValues(next);
  };
  return { values, set, forget: () => keepDraft(key, "") };
}

interface FormProps extends Props {
  body: Body | null;
  text: string;
  onSent: () => void;
  children: ReactNode;
}

/** The form around the fields: the preview, and the ways out. */
function ExtraForm({ conversation, body, text, onSent, onClose, children }: FormProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  function send(event: FormEvent) {
    event.preventDefault();
    if (!body) return;
    sendBody(client, conversation.id, body, { text });
    onSent();
    onClose();
  }
  return (
    <form onSubmit={send}>
      {children}
      {body && (
        <section className="template-shown" aria-label={t("templates.preview")}>
          <p className="soft">{t("extra.sees", { name: contactName(conversation.contact, t) })}</p>
          <div className="bubble out operator">
            {text && body.type === "interactive" && (
              <p className="text" dir="auto">
                {text}
              </p>
            )}
            <ExtraCard body={body} />
          </div>
        </section>
      )}
      <div className="buttons">
        <button type="button" onClick={onClose}>
          {t("cancel")}
        </button>
        <button type="submit" className="main" disabled={!body}>
          <Icon name="send" />
          {t("composer.send")}
        </button>
      </div>
    </form>
  );
}

function ExtraCard({ body }: { body: Body }) {
  if (body.type === "location") return <PlaceCard payload={body} />;
  return body.type === "contacts" ? <ContactCards payload={body} /> : <ChoiceCard payload={body} />;
}

function PlaceForm(props: Props) {
  const { t } = useI18n();
  const { values, set, forget } = useKept<PlaceValues>(props, { where: "", name: "", address: "" });
  const body = placeBody(values);
  const field = (name: keyof PlaceValues) => ({
    value: values[name],
    onChange: ({ target }: { target: { value: string } }) => set({ ...values, [name]: target.value }),
  });
  return (
    <ExtraForm {...props} body={body} text={values.name.trim() || values.address.trim()} onSent={forget}>
      <TextField
        label={t("extra.where")}
        hint={t("extra.where_hint")}
        error={values.where.trim() !== "" && !body ? t("extra.nowhere") : undefined}
        required
        {...field("where")}
      />
      <TextField label={t("extra.place_name")} {...field("name")} />
      <TextField label={t("extra.address")} {...field("address")} />
    </ExtraForm>
  );
}

const NO_CARD: CardValues = { name: "", phone: "", company: "", email: "" };
const MOST_CARDS = 10;

function ContactsForm(props: Props) {
  const { t } = useI18n();
  const { values, set, forget } = useKept(props, { cards: [NO_CARD] });
  const { cards } = values;
  const change = (at: number, more: Partial<CardValues>) =>
    set({ cards: cards.map((card, index) => (index === at ? { ...card, ...more } : card)) });
  return (
    <ExtraForm
      {...props}
      body={contactsBody(cards)}
      text={cards.map(({ name }) => name.trim()).join(", ")}
      onSent={forget}
    >
      {cards.map((card, index) => (
        <CardFields
          key={index}
          card={card}
          number={cards.length > 1 ? index + 1 : null}
          onChange={(more) => change(index, more)}
          onDrop={() => set({ cards: cards.filter((_, at) => at !== index) })}
        />
      ))}
      {cards.length < MOST_CARDS && (
        <button type="button" className="plain" onClick={() => set({ cards: [...cards, NO_CARD] })}>
          <Icon name="plus" />
          {t("extra.another_contact")}
        </button>
      )}
    </ExtraForm>
  );
}

interface CardProps {
  card: CardValues;
  /** Which of several it is. */
  number: number | null;
  onChange: (more: Partial<CardValues>) => void;
  onDrop: () => void;
}

function CardFields({ card, number, onChange, onDrop }: CardProps) {
  const { t } = useI18n();
  const wrong = wrongInCard(card);
  const said = (name: keyof CardValues) => card[name].trim() !== "";
  const field = (name: keyof CardValues) => ({
    value: card[name],
    onChange: ({ target }: { target: { value: string } }) => onChange({ [name]: target.value }),
  });
  return (
    <fieldset className="extra-card">
      {number && (
        <legend>
          {t("extra.contact_number", { number: String(number) })}
          <button type="button" className="plain" onClick={onDrop} title={t("extra.drop")}>
            <Icon name="close" />
            <span className="sr-only">{t("extra.drop")}</span>
          </button>
        </legend>
      )}
      <TextField label={t("extra.name")} required {...field("name")} />
      <TextField
        label={t("extra.phone")}
        hint={t("extra.phone_hint")}
        error={wrong === "phone" && said("phone") ? t("extra.no_phone") : undefined}
        type="tel"
        dir="ltr"
        {...field("phone")}
      />
      <TextField label={t("extra.company")} {...field("company")} />
      <TextField
        label={t("extra.email")}
        error={wrong === "email" ? t("extra.no_email") : undefined}
        type="email"
        dir="ltr"
        {...field("email")}
      />
    </fieldset>
  );
}

const NO_OPTION: OptionValues = { title: "", description: "" };
const NO_OFFER: OfferValues = { text: "", footer: "", button: "", url: "", options: [NO_OPTION] };

type Offering = "buttons" | "list" | "link" | "ask_place";

function OfferForm({ kind, ...others }: Props & { kind: Offering }) {
  const { t } = useI18n();
  const props = { ...others, kind };
  const { values, set, forget } = useKept(props, NO_OFFER);
  const field = (name: "text" | "footer" | "button" | "url") => ({
    value: values[name],
    onChange: ({ target }: { target: { value: string } }) => set({ ...values, [name]: target.value }),
  });
  const hasOptions = kind === "buttons" || kind === "list";
  return (
    <ExtraForm {...props} body={offerBody(kind, values)} text={values.text.trim()} onSent={forget}>
      <TextArea
        label={t("extra.text")}
        rows={3}
        required
        maxLength={kind === "list" ? LIMITS.listBody : LIMITS.body}
        {...field("text")}
      />
      {(kind === "list" || kind === "link") && (
        <TextField
          label={t(kind === "list" ? "extra.list_button" : "extra.link_button")}
          required
          maxLength={LIMITS.button}
          {...field("button")}
        />
      )}
      {kind === "link" && (
        <TextField label={t("extra.url")} type="url" dir="ltr" placeholder="https://" required {...field("url")} />
      )}
      {hasOptions && (
        <Options kind={kind} options={values.options} onChange={(options) => set({ ...values, options })} />
      )}
      {kind !== "ask_place" && <TextField label={t("extra.footer")} maxLength={LIMITS.footer} {...field("footer")} />}
    </ExtraForm>
  );
}

interface OptionsProps {
  kind: "buttons" | "list";
  options: OptionValues[];
  onChange: (options: OptionValues[]) => void;
}

/** What can be pressed: one line each, as many as WhatsApp takes. */
function Options({ kind, options, onChange }: OptionsProps) {
  const { t } = useI18n();
  const lines = useRef<HTMLFieldSetElement>(null);
  const isList = kind === "list";
  const most = isList ? LIMITS.rows : LIMITS.buttons;
  const twice = twiceIn(options);
  const change = (at: number, more: Partial<OptionValues>) =>
    onChange(options.map((option, index) => (index === at ? { ...option, ...more } : option)));
  function add() {
    flushSync(() => onChange([...options, NO_OPTION]));
    lines.current?.querySelector<HTMLElement>("li:last-child input")?.focus();
  }
  return (
    <fieldset className="extra-options" ref={lines}>
      <legend>{t("choice.options")}</legend>
      <ol>
        {options.map((option, index) => {
          const number = String(index + 1);
          return (
            <li key={index}>
              <input
                aria-label={t("extra.option", { number })}
                placeholder={t("extra.option", { number })}
                dir="auto"
                maxLength={isList ? LIMITS.row : LIMITS.button}
                value={option.title}
                onChange={({ target }) => change(index, { title: target.value })}
              />
              {isList && (
                <input
                  aria-label={t("extra.description", { number })}
                  placeholder={t("extra.description_placeholder")}
                  dir="auto"
                  maxLength={LIMITS.description}
                  value={option.description}
                  onChange={({ target }) => change(index, { description: target.value })}
                />
              )}
              {options.length > 1 && (
                <button
                  type="button"
                  className="plain"
                  title={t("extra.drop")}
                  onClick={() => onChange(options.filter((_, at) => at !== index))}
                >
                  <Icon name="close" />
                  <span className="sr-only">{t("extra.drop_option", { number })}</span>
                </button>
              )}
            </li>
          );
        })}
      </ol>
      {twice && (
        <p className="wrong" role="alert">
          {t("extra.twice", { title: twice })}
        </p>
      )}
      {options.length < most ? (
        <button type="button" className="plain" onClick={add}>
          <Icon name="plus" />
          {t("extra.another_option")}
        </button>
      ) : (
        <p className="hint">{t("extra.most_options", { count: most })}</p>
      )}
    </fieldset>
  );
}
