import { useI18n } from "../i18n/provider.tsx";
import { TextField } from "./field.tsx";

/** As the server wants it at least. */
export const SHORTEST_PASSWORD = 10;

interface Props {
  label: string;
  value: string;
  error: string | undefined;
  onType: (value: string) => void;
}

export function NewPasswordField({ label, value, error, onType }: Props) {
  const { t } = useI18n();
  return (
    <TextField
      type="password"
      name="password"
      autoComplete="new-password"
      label={label}
      hint={t("sign_up.password_hint")}
      error={error}
      minLength={SHORTEST_PASSWORD}
      required
      value={value}
      onChange={({ target }) => onType(target.value)}
    />
  );
}
