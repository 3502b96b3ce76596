import { useState } from "react";
import { useSession } from "../../api/session.ts";
import { SelectField } from "../../components/field.tsx";
import { useI18n } from "../../i18n/provider.tsx";
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
      <ThemeField />
      <p className="hint">{t("settings.here_only")}</p>
    </>
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
