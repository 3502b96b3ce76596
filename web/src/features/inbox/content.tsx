import { lazy, Suspense, useContext, useState } from "react";
import { Icon, type IconName } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { loadStudioTexts, useI18n } from "../../i18n/provider.tsx";
import { Attachment } from "./attachment.tsx";
import { ChoiceCard, ContactCards, PlaceCard } from "./cards.tsx";
import { languageOf, saysWords } from "./customer-language.ts";
import type { Message } from "./model.ts";
import { askedOf, isForwarded, linkOf, pressedOf, unsupportedOf, versionsOf } from "./payload.ts";
import { kindWord } from "./people.ts";
import { CustomerLanguage, useReading } from "./reading.ts";

const Translated = lazy(() => import("./translated.tsx"));
const Transcript = lazy(() => import("./transcript.tsx"));
const Passages = lazy(async () => (await Promise.all([import("./passages.tsx"), loadStudioTexts()]))[0]);
const AskingCard = lazy(async () => (await Promise.all([import("./asking-card.tsx"), loadStudioTexts()]))[0]);

const SIGNS: Record<string, IconName> = { interactive: "tick", button: "tick", template: "template", order: "file" };

/** What speaks for itself needs no word that says what it is. */
const PLAIN: ReadonlySet<string> = new Set([
  "text",
  "image",
  "video",
  "audio",
  "sticker",
  "document",
  "location",
  "contacts",
]);
/** Whose text only repeats what is shown of them anyway. */
const SHOWN: ReadonlySet<string> = new Set(["location", "contacts"]);

/** What a message says: its words, its file, and what else there is. */
export function Content({ message, name }: { message: Message; name: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  if (message.revoked_at) return <p className="gone">{t("message.revoked")}</p>;
  const { type, payload, media } = message;
  const asked = askedOf(payload);
  // The name of a document stands on its card.
  const isName = media?.kind === "document" && message.text === media.file_name;
  return (
    <>
      {isForwarded(payload) && <p className="kind">{t("message.forwarded")}</p>}
      {media && <Attachment message={message} media={media} name={name} />}
      {message.transcript && (
        <Suspense>
          <Transcript message={message} />
        </Suspense>
      )}
      {!PLAIN.has(type) && !unknownOf(message) && !asked && (
        <p className="kind">
          <Icon name={SIGNS[type] ?? "file"} />
          {kindWord(type, i18n)}
        </p>
      )}
      {!media && isFile(type) && <Elsewhere message={message} />}
      <Unsupported message={message} />
      {type === "location" && <PlaceCard payload={payload} />}
      {type === "contacts" && <ContactCards payload={payload} />}
      {message.text && !SHOWN.has(type) && !isName && (
        <p className="text" dir="auto">
          {message.text}
        </p>
      )}
      {(message.text || message.transcript?.text) && !SHOWN.has(type) && !isName && <Foreign message={message} />}
      {pressedOf(payload) && (
        <p className="soft" dir="auto">
          {pressedOf(payload)}
        </p>
      )}
      {type === "interactive" && <ChoiceCard payload={payload} />}
      {asked && (
        <Suspense>
          <AskingCard asks={asked} />
        </Suspense>
      )}
      {message.edited_at && <Versions message={message} />}
      {(message.passages > 0 || message.spent) && <Sources message={message} />}
    </>
  );
}

/** What it says in the reader's language, where it is or may be in another. */
function Foreign({ message }: { message: Message }) {
  const { reads } = useReading();
  const customer = useContext(CustomerLanguage);
  const language = languageOf(message, customer);
  // What nobody can tell the language of may be in any.
  const isRead = language === null ? !saysWords(message) : language === reads;
  if (isRead && !message.translations.some((it) => it.is_original)) return null;
  return (
    <Suspense>
      <Translated message={message} />
    </Suspense>
  );
}

const isFile = (type: string) => ["image", "video", "audio", "sticker", "document"].includes(type);

/** A file that is not with us: at an address that a program gave, or nowhere. */
function Elsewhere({ message: { type, payload } }: { message: Message }) {
  const i18n = useI18n();
  const [what, link] = [kindWord(type, i18n), linkOf(payload)];
  if (!link) return <p className="gone">{i18n.t("file.none", { what })}</p>;
  return (
    <p className="kind">
      <Icon name="file" />
      <a href={link} target="_blank" rel="noopener noreferrer">
        {what}
      </a>
    </p>
  );
}

/** A type that nobody here knows, or that Meta does not pass on. */
const unknownOf = ({ type, text, media, direction }: Message) =>
  direction === "inbound" && !text && !media && !PLAIN.has(type) && !["button", "interactive"].includes(type);

function Unsupported({ message }: { message: Message }) {
  const i18n = useI18n();
  if (!unknownOf(message)) return null;
  const kind = unsupportedOf(message.payload) ?? message.type;
  const words =
    kind === "unsupported" ? i18n.t("message.unsupported") : i18n.t("message.unsupported_kind", { type: kind });
  return (
    <p className="gone">
      <Icon name="unsure" /> {words}
    </p>
  );
}

/** What it said before it was edited. */
function Versions({ message }: { message: Message }) {
  const { t, moment } = useI18n();
  const versions = versionsOf(message.payload);
  if (versions.length === 0) return null;
  const said = versions.map((version) => version.text ?? "").join("\n");
  return (
    <details className="versions">
      <summary title={said}>{t("message.versions", { count: versions.length })}</summary>
      <ol>
        {versions.map((version) => (
          <li key={version.until}>
            <span dir="auto">{version.text ?? t("message.no_text")}</span>{" "}
            <Time at={version.until}>{t("message.until", { at: moment(version.until) })}</Time>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Where an answer of the AI is from, and what it took. */
function Sources({ message }: { message: Message }) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button type="button" className="link sources" onClick={() => setIsOpen(true)}>
        {message.passages > 0 ? t("passages.count", { count: message.passages }) : t("passages.without")}
      </button>
      {isOpen && (
        <Suspense>
          <Passages message={message} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
