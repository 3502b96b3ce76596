import { useState } from "react";
import { useSession } from "../../api/session.ts";
import { SelectField } from "../../components/field.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ask, permission } from "../notifications/browser.ts";
import { keepPreferences, type Preferences, preferencesOf, WHICH, type Which } from "../notifications/preferences.ts";
import { chime } from "../notifications/sound.ts";

/** What one is told of, and how. */
export function Notifications() {
  const { t } = useI18n();
  const { user } = useSession();
  const [preferences, setPreferences] = useState(() => preferencesOf(user.id));
  const [allowed, setAllowed] = useState(permission);
  const change = (fresh: Partial<Preferences>) => {
    const next = { ...preferences, ...fresh };
    keepPreferences(user.id, next);
    setPreferences(next);
  };
  async function changeBrowser(isOn: boolean) {
    if (!isOn) return change({ browser: false });
    const answer = await ask();
    setAllowed(answer);
    change({ browser: answer === "granted" });
  }
  function changeSound(isOn: boolean) {
    change({ sound: isOn });
    // What one chooses, one hears.
    if (isOn) chime();
  }
  return (
    <section>
      <h2>{t("settings.notifications")}</h2>
      <SelectField
        label={t("notify.which")}
        value={preferences.which}
        onChange={({ target }) => change({ which: target.value as Which })}
      >
        {WHICH.map((which) => (
          <option key={which} value={which}>
            {t(`notify.which.${which}`)}
          </option>
        ))}
      </SelectField>
      <label className="check">
        <input
          type="checkbox"
          checked={preferences.browser && allowed === "granted"}
          disabled={allowed === "denied" || allowed === "missing"}
          onChange={({ target }) => changeBrowser(target.checked)}
        />
        {t("notify.browser")}
      </label>
      {allowed === "denied" && <p className="hint">{t("notify.denied")}</p>}
      {allowed === "missing" && <p className="hint">{t("notify.missing")}</p>}
      <label className="check">
        <input type="checkbox" checked={preferences.sound} onChange={({ target }) => changeSound(target.checked)} />
        {t("notify.sound")}
      </label>
      <p className="hint">{t("notify.here")}</p>
    </section>
  );
}
