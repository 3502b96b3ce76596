// Numbers that may be left empty, as a form holds them and as the API takes them.

/** Empty: there is none. */
export const written = (value: number | null | undefined) => (value == null ? "" : String(value));

export const amount = (text: string) => (text.trim() === "" ? null : Number(text));

/** A whole one. */
export const count = (text: string) => (text.trim() === "" ? null : Math.round(Number(text)));
