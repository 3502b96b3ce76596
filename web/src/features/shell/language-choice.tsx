import { isLanguage, LANGUAGES } from "../../i18n/i18n.ts";
import { useChooseLanguage, useI18n } from "../../i18n/provider.tsx";

export function LanguageChoice() {
  const { t, language } = useI18n();
  const choose = useChooseLanguage();
  return (
    <label className="language">
      <span>{t("language")}</span>
      <select value={language} onChange={({ target }) => isLanguage(target.value) && choose(target.value)}>
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
