import { useQuery } from "@tanstack/react-query";
import { modelsQuery } from "../../api/queries.ts";
import { SelectField, TextField } from "../../components/field.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { choicesOf } from "./model-choices.ts";

interface Props {
  /** Empty: the one that answers where it asks. */
  value: string;
  isRefused: boolean;
  onChange: (model: string) => void;
}

/** Which model the bot asks: of the business's own server any, of the installation's one that it offers. */
export function ModelField({ value, isRefused, onChange }: Props) {
  const { t } = useI18n();
  const { data: models } = useQuery(modelsQuery);
  const choices = choicesOf(models, value);
  const field = { label: t("bot.model"), error: isRefused ? t("bot.model_refused") : undefined, value };
  if (choices === "any")
    return (
      <TextField
        {...field}
        hint={t("bot.model_own_hint")}
        maxLength={200}
        dir="ltr"
        onChange={({ target }) => onChange(target.value)}
      />
    );
  return (
    <SelectField {...field} hint={t("bot.model_hint")} onChange={({ target }) => onChange(target.value)}>
      <option value="">{t("bot.model_usual", { name: models?.installation.answering ?? "—" })}</option>
      {choices.map(({ name, isOffered }) => (
        <option key={name} value={name}>
          {isOffered ? name : t("bot.model_gone", { name })}
        </option>
      ))}
    </SelectField>
  );
}
