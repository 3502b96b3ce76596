import { useContext } from "react";
import { Icon } from "../../components/icon.tsx";
import { languageNames } from "../../i18n/languages.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { CustomerLanguage, translateAlways, useReading, useReplying } from "./reading.ts";
import { useCanTranslate } from "./translating.ts";

/** Has everything in the customer's language translated: here, and wherever else it is spoken. */
export default function TranslateSwitch() {
  const { t, language } = useI18n();
  const customer = useContext(CustomerLanguage);
  const { reads, isAlways } = useReading();
  const canTranslate = useCanTranslate();
  if (!canTranslate || !customer || customer === reads) return null;
  const isOn = isAlways(customer);
  return (
    <button type="button" className="switch-chip" aria-pressed={isOn} onClick={() => translateAlways(customer, !isOn)}>
      <Icon name="translate" />
      {t("translate.always", { language: languageNames(language).of(customer) ?? customer })}
    </button>
  );
}

/** Has what one writes translated before it leaves. */
export function ReplySwitch({ conversationId }: { conversationId: string }) {
  const { t, language } = useI18n();
  const customer = useContext(CustomerLanguage);
  const { reads } = useReading();
  const canTranslate = useCanTranslate();
  const [isOn, setIsOn] = useReplying(conversationId, customer);
  if (!canTranslate || !customer || customer === reads) return null;
  return (
    <button type="button" className="switch-chip" aria-pressed={isOn} onClick={() => setIsOn(!isOn)}>
      <Icon name="translate" />
      {t("translate.reply", { language: languageNames(language).of(customer) ?? customer })}
    </button>
  );
}
