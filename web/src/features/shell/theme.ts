export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORE = "switchboard.theme";

/** The reader's choice; what the system has unless they made one. */
export function currentTheme(): Theme {
  const stored = localStorage.getItem(STORE);
  return THEMES.find((theme) => theme === stored) ?? "system";
}

export function chooseTheme(theme: Theme) {
  localStorage.setItem(STORE, theme);
  applyTheme(theme);
}

/** Shows a theme; tokens.css turns every colour with it. */
export function applyTheme(theme: Theme = currentTheme()) {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
