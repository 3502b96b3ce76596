/** Without case, accents and the difference between Turkish i's, so that `ayse` finds Ayşe. */
export const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ı", "i");

/** Whether every word of `text` is in one of `fields`. */
export function matches(text: string, fields: string[]): boolean {
  const all = plain(fields.join(" "));
  return plain(text)
    .split(/\s+/)
    .every((word) => all.includes(word));
}
