import { useState } from "react";
import { useSession } from "../../api/session.ts";
import { SelectField } from "../../components/field.tsx";
import { languageNames, languagesWith } from "../../i18n/languages.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { chooseReading, useReading } from "../inbox/reading.ts";
import { LanguageChoice } from "../shell/language-choice.tsx";
import { chooseTheme, currentTheme, THEMES, type Theme } from "../shell/theme.ts";

/** Who one is here, and how one likes the screens. */
export function Profile() {
  const { t, isKey } = useI18n();
  const { user, tenant } = useSession();
  const role = `role.${user.role}`;
  return (
    <>
      <dl className="facts">
        <div>
          <dt>{t("field.name")}</dt>
          <dd dir="auto">{user.name}</dd>
        </div>
        <div>
          <dt>{t("field.email")}</dt>
          <dd>
            <bdi dir="ltr">{user.email}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t("field.tenant_name")}</dt>
          <dd dir="auto">{tenant.name}</dd>
        </div>
        <div>
          <dt>{t("field.role")}</dt>
          <dd>{isKey(role) ? t(role) : user.role}</dd>
        </div>
      </dl>
      <LanguageChoice />
      <ReadingField />
      <ThemeField />
      <p className="hint">{t("settings.here_only")}</p>
    </>
  );
}

/** Into which language messages are translated for one. */
function ReadingField() {
  const { t, language } = useI18n();
  const { chosen } = useReading();
  const names = languageNames(language);
  return (
    <SelectField
      label={t("translate.into")}
      value={chosen === language ? "" : chosen}
      onChange={({ target }) => chooseReading(target.value)}
    >
      {languagesWith(chosen || null).map((code) => (
        // The language of the screens goes along with them.
        <option key={code} value={code === language ? "" : code}>
          {names.of(code)}
        </option>
      ))}
    </SelectField>
  );
}

function ThemeField() {
  const { t } = useI18n();
  const [theme, setTheme] = useState(currentTheme);
  const choose = (next: Theme) => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <SelectField label={t("theme.label")} value={theme} onChange={({ target }) => choose(target.value as Theme)}>
      {THEMES.map((name) => (
        <option key={name} value={name}>
          {t(`theme.${name}`)}
        </option>
      ))}
    </SelectField>
  );
}
