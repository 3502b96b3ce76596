// The languages offered for customers. The API takes any other, too.

const LANGUAGES = ["en", "tr", "ar", "de", "fr", "es", "it", "nl", "pt", "ru"];

/** What is offered, and what is chosen already. */
export const languagesWith = (chosen: string | null | undefined): string[] =>
  !chosen || LANGUAGES.includes(chosen) ? LANGUAGES : [...LANGUAGES, chosen];

/** What languages are called in the reader's own. */
export const languageNames = (reader: string) => new Intl.DisplayNames(reader, { type: "language" });
