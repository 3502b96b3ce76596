// The languages offered for customers. The API takes any other, too.

const COMMON = "en tr ar de fr es it nl pt ru";
const OTHERS = "az bg cs da el fa fi he hi hr hu hy id ja ka kk ko ku ms no pl ro sk sq sr sv sw th uk ur uz vi zh";
const LANGUAGES = `${COMMON} ${OTHERS}`.split(" ");

/** What is offered, and what is chosen already. */
export const languagesWith = (chosen: string | null | undefined): string[] =>
  !chosen || LANGUAGES.includes(chosen) ? LANGUAGES : [...LANGUAGES, chosen];

/** What languages are called in the reader's own. */
export const languageNames = (reader: string) => new Intl.DisplayNames(reader, { type: "language" });
