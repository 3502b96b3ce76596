import { usePermissions } from "../../api/roles.ts";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { useBotSetting } from "./bot-setting.ts";
import type { Bot } from "./bots-page.tsx";

/** Whether the bot answers. Takes effect at once, without saving. */
export function BotSwitch({ bot }: { bot: Bot }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const [isOn, turn] = useBotSetting(bot, "enabled");
  return (
    <label className="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={isOn}
        checked={isOn}
        disabled={!mayManage}
        onChange={({ target }) => turn(target.checked)}
      />
      <Icon name="ai" />
      <span>{t("bot.answers")}</span>
      <span className="state">{t(isOn ? "bot.on" : "bot.off")}</span>
    </label>
  );
}
