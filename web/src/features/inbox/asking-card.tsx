import { useI18n } from "../../i18n/provider.tsx";

/** The one button under a request for what only the customer's app can give. WhatsApp writes on it what it likes. */
export default function AskingCard({ asks }: { asks: "phone" | "place" }) {
  const { t } = useI18n();
  return (
    <ul className="options" aria-label={t("choice.options")}>
      <li>{t(`choice.${asks}`)}</li>
    </ul>
  );
}
