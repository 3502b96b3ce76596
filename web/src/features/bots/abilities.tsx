import { useId } from "react";
import { usePermissions } from "../../api/roles.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { useBotSetting } from "./bot-setting.ts";
import type { Bot } from "./bots-page.tsx";
import { Toggle } from "./toggle.tsx";

const ABILITIES = ["set_label", "set_contact_field", "ask_phone"] as const;

/** What every bot can be allowed to do. Takes effect at once, without saving. */
export function Abilities({ bot }: { bot: Bot }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const id = useId();
  const [allowed, allow] = useBotSetting(bot, "abilities");
  return (
    <section aria-labelledby={`${id}-title`}>
      <div className="head">
        <h2 id={`${id}-title`}>{t("tool.abilities")}</h2>
      </div>
      <ul className="tool-list">
        {ABILITIES.map((ability) => (
          <li key={ability}>
            <div className="words">
              <Toggle
                describedBy={`${id}-${ability}`}
                isOn={allowed.includes(ability)}
                disabled={!mayManage}
                onOn={(isOn) => {
                  const others = allowed.filter((it) => it !== ability);
                  allow(isOn ? [...others, ability] : others);
                }}
              >
                {t(`ability.${ability}`)}
              </Toggle>
              <p className="hint" id={`${id}-${ability}`}>
                {t(`ability.${ability}_hint`)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
