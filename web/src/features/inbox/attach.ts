// What may be attached, and as what. The server decides; this only says no sooner.

import type { Schemas } from "../../api/client.ts";

export type Kind = "image" | "audio" | "video" | "document" | "sticker";

const MIB = 1024 * 1024;
/** The most WhatsApp takes, in bytes. */
export const LIMITS: Record<Kind, number> = {
  image: 5 * MIB,
  audio: 16 * MIB,
  video: 16 * MIB,
  document: 100 * MIB,
  sticker: MIB / 2,
};

/** What the dialog for files offers. */
export const ACCEPTED =
  "image/jpeg,image/png,image/webp,video/mp4,video/3gpp,audio/aac,audio/amr,audio/mpeg,audio/mp4,audio/ogg,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt,.csv";

/** What a file is by its name and what the browser says: good enough to show it, and to refuse it before it is sent. */
export function kindOf({ type }: Pick<File, "type">): Kind {
  if (type === "image/webp") return "sticker";
  if (type === "image/jpeg" || type === "image/png") return "image";
  if (type === "video/mp4" || type === "video/3gpp") return "video";
  return type.startsWith("audio/") ? "audio" : "document";
}

/** As what a file is to be sent: a picture or a video that is too large still goes as a document. */
export function plannedKind(file: Pick<File, "type" | "size">): Kind {
  const kind = kindOf(file);
  const mayBeDocument = kind === "image" || kind === "video";
  return mayBeDocument && file.size > LIMITS[kind] ? "document" : kind;
}

/** Whether it is certain that WhatsApp takes no file of this size. */
export const isTooLarge = (file: Pick<File, "size">, kind: Kind): boolean => file.size > LIMITS[kind];

type Body = Schemas["SendBody"];
const CAPTIONED: ReadonlySet<string> = new Set(["image", "video", "document"]);

/** The messages that send these files, the text as the caption of the first that can have one, else before them. */
export function bodiesOf(files: { id: string; kind: Kind }[], text: string, longestCaption = 1024): Body[] {
  const said = text.trim();
  const captioned = said.length <= longestCaption ? files.findIndex(({ kind }) => CAPTIONED.has(kind)) : -1;
  const bodies = files.map(({ id, kind }, index): Body => {
    const caption = index === captioned && said !== "" ? { caption: said } : {};
    return { type: kind, media: { id }, ...caption };
  });
  return said !== "" && captioned < 0 ? [{ text: said }, ...bodies] : bodies;
}
