import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { cardsOf, choiceOf, placeOf } from "./payload.ts";

/** A place: what it is called, and the way to a map. */
export function PlaceCard({ payload }: { payload: unknown }) {
  const { t } = useI18n();
  const place = placeOf(payload);
  if (!place) return null;
  const { latitude, longitude, name, address } = place;
  const query = new URLSearchParams({ mlat: String(latitude), mlon: String(longitude) });
  return (
    <div className="file-row">
      <Icon name="place" />
      <p>
        <bdi className="name">{name ?? address ?? t("type.location")}</bdi>
        <span className="soft" dir="auto">
          {name && address ? address : `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`}
        </span>
      </p>
      <a
        className="button plain"
        href={`https://www.openstreetmap.org/?${query}#map=16/${latitude}/${longitude}`}
        target="_blank"
        rel="noopener noreferrer"
      >
        {t("message.map")}
      </a>
    </div>
  );
}

/** Contacts that were handed over. */
export function ContactCards({ payload }: { payload: unknown }) {
  const { t } = useI18n();
  return cardsOf(payload).map((card, index) => (
    <div className="file-row" key={index}>
      <Icon name="person" />
      <p>
        <bdi className="name">{card.name || t("contact.unknown")}</bdi>
        {card.company && (
          <span className="soft" dir="auto">
            {card.company}
          </span>
        )}
        {card.phones.map((phone) => (
          <a key={phone} href={`tel:${phone.replace(/[^\d+]/g, "")}`} dir="ltr">
            {phone}
          </a>
        ))}
        {card.emails.map((email) => (
          <a key={email} href={`mailto:${email}`} dir="ltr">
            {email}
          </a>
        ))}
      </p>
    </div>
  ));
}

/** What the customer is offered to press. They press it on their phone, not here. */
export function ChoiceCard({ payload }: { payload: unknown }) {
  const { t } = useI18n();
  const choice = choiceOf(payload);
  if (!choice) return null;
  return (
    <>
      {choice.footer && (
        <p className="soft" dir="auto">
          {choice.footer}
        </p>
      )}
      <ul className="options" aria-label={t("choice.options")}>
        {choice.options.map(({ title, description }, index) => (
          <li key={index} dir="auto">
            {title}
            {description && <span className="soft">{description}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
