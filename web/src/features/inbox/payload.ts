// What a message holds beside its text: what came has it under the name of its type, as Meta does; what leaves has it
// beside its type. Nothing of it is taken for granted.

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const members = (value: unknown): Members => (isObject(value) ? value : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | null => (typeof value === "string" && value.trim() !== "" ? value : null);

export interface Place {
  latitude: number;
  longitude: number;
  name: string | null;
  address: string | null;
}

/** Where a message points to. */
export function placeOf(payload: unknown): Place | null {
  const all = members(payload);
  const place = isObject(all["location"]) ? all["location"] : all;
  if (place["latitude"] == null || place["longitude"] == null) return null;
  const [latitude, longitude] = [Number(place["latitude"]), Number(place["longitude"])];
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return null;
  return { latitude, longitude, name: text(place["name"]), address: text(place["address"]) };
}

export interface Card {
  name: string;
  company: string | null;
  phones: string[];
  emails: string[];
}

/** The contacts that a message hands over. */
export function cardsOf(payload: unknown): Card[] {
  return list(members(payload)["contacts"]).map((entry) => {
    const contact = members(entry);
    const name = members(contact["name"]);
    const vcard = text(contact["vcard"]) ?? "";
    const parts = [text(name["first_name"]), text(name["last_name"])].filter((part) => part !== null).join(" ");
    const written = vcard.match(/^FN:(.+)$/m)?.[1]?.trim();
    const each = (key: string, of: string[]) =>
      list(contact[key]).flatMap((item) => of.map((name) => text(members(item)[name])).find((it) => it !== null) ?? []);
    return {
      name: text(name["formatted_name"]) ?? (parts || written || ""),
      company: text(members(contact["org"])["company"]),
      phones: each("phones", ["phone", "wa_id"]),
      emails: each("emails", ["email"]),
    };
  });
}

export interface Choice {
  header: string | null;
  footer: string | null;
  /** What can be pressed. */
  options: { title: string; description: string | null }[];
}

/** What a customer is offered to press. */
export function choiceOf(payload: unknown): Choice | null {
  const offer = members(members(payload)["interactive"]);
  const option = (item: unknown) => {
    const { title, description } = members(members(item)["reply"] ?? item);
    const named = text(title);
    return named ? [{ title: named, description: text(description) }] : [];
  };
  const action = members(offer["action"]);
  const sections = list(offer["sections"] ?? action["sections"]);
  const options = [
    ...list(offer["buttons"] ?? action["buttons"]).flatMap(option),
    ...sections.flatMap((section) => list(members(section)["rows"]).flatMap(option)),
    ...option({ title: offer["display_text"] ?? members(action["parameters"])["display_text"] }),
  ];
  if (options.length === 0) return null;
  const footer = offer["footer"];
  return {
    header: text(members(offer["header"])["text"]),
    footer: text(footer) ?? text(members(footer)["text"]),
    options,
  };
}

const ASKED = { request_contact_info: "phone", location_request: "place", location_request_message: "place" } as const;

/** What a customer is asked for, which their app sends with one press. */
export function askedOf(payload: unknown): "phone" | "place" | null {
  const type = text(members(members(payload)["interactive"])["type"]) ?? "";
  return Object.hasOwn(ASKED, type) ? ASKED[type as keyof typeof ASKED] : null;
}

/** What a customer has pressed, beyond its title. */
export function pressedOf(payload: unknown): string | null {
  const reply = members(members(payload)["interactive"]);
  return text(members(reply["list_reply"])["description"]);
}

/** What Meta calls a message that it does not pass on. */
export function unsupportedOf(payload: unknown): string | null {
  const all = members(payload);
  const kind = text(members(all["unsupported"])["type"]);
  return kind === "unknown" ? null : kind;
}

export interface Version {
  text: string | null;
  until: string;
}

/** What an edited message has said before, the oldest first. */
export function versionsOf(payload: unknown): Version[] {
  return list(members(payload)["earlier_versions"]).flatMap((entry) => {
    const { text: said, until } = members(entry);
    return typeof until === "string" ? [{ text: text(said), until }] : [];
  });
}

/** Which message a reaction, an edit or a deletion is about. */
export const targetOf = (payload: unknown): string | null => {
  const all = members(payload);
  return text(all["message_id"]) ?? text(all["original_message_id"]);
};

/** Whether it was spoken just now. */
export function isVoice(payload: unknown): boolean {
  const all = members(payload);
  return (members(all["audio"])["voice"] ?? all["voice"]) === true;
}

/** Whether it was passed on from another chat. */
export function isForwarded(payload: unknown): boolean {
  const context = members(members(payload)["context"]);
  return context["forwarded"] === true || context["frequently_forwarded"] === true;
}

/** Where a file is that Meta fetches by itself: a program gave its address. Only a web address is one to follow. */
export function linkOf(payload: unknown): string | null {
  const link = text(members(members(payload)["media"])["link"]);
  return link && /^https?:\/\//i.test(link) ? link : null;
}
