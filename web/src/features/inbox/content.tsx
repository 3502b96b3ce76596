import { Icon, type IconName } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Message } from "./model.ts";
import { kindWord } from "./people.ts";

const SIGNS: Record<string, IconName> = {
  location: "place",
  contacts: "person",
  audio: "phone",
  interactive: "tick",
  button: "tick",
};

/** What a message says: its words, after a label that tells what else there is. */
export function Content({ message }: { message: Message }) {
  const i18n = useI18n();
  if (message.revoked_at) return <p className="gone">{i18n.t("message.revoked")}</p>;
  return (
    <>
      {message.type !== "text" && (
        <p className="kind">
          <Icon name={SIGNS[message.type] ?? "file"} />
          {kindWord(message.type, i18n)}
          {message.type === "location" && <MapLink payload={message.payload} />}
        </p>
      )}
      {message.text && (
        <p className="text" dir="auto">
          {message.text}
        </p>
      )}
    </>
  );
}

function MapLink({ payload }: { payload: Message["payload"] }) {
  const { t } = useI18n();
  const place = placeOf(payload);
  if (!place) return null;
  const query = new URLSearchParams({ mlat: String(place.latitude), mlon: String(place.longitude) });
  return (
    <a href={`https://www.openstreetmap.org/?${query}`} target="_blank" rel="noopener noreferrer">
      {t("message.map")}
    </a>
  );
}

/** Where a message points to: its payload is the object of its type, or has it under the type's name. */
export function placeOf(payload: unknown): { latitude: number; longitude: number } | null {
  if (typeof payload !== "object" || payload === null) return null;
  if ("location" in payload) return placeOf(payload.location);
  if (!("latitude" in payload && "longitude" in payload)) return null;
  const [latitude, longitude] = [Number(payload.latitude), Number(payload.longitude)];
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? { latitude, longitude } : null;
}
