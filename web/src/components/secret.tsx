import { useI18n } from "../i18n/provider.tsx";
import { Icon } from "./icon.tsx";
import { toast } from "./toast.tsx";

interface Props {
  /** What it is, and that it is shown this once. */
  hint: string;
  secret: string;
  onClose: () => void;
}

/** A secret, this once. */
export function Secret({ hint, secret, onClose }: Props) {
  const { t } = useI18n();
  const copy = () => navigator.clipboard.writeText(secret).then(() => toast(t("copied")));
  return (
    <>
      <p className="mt-2">{hint}</p>
      <p className="secret">
        <code dir="ltr" className="whitespace-pre-line">
          {secret}
        </code>
      </p>
      <div className="buttons">
        {/* Browsers keep the clipboard from pages without HTTPS. */}
        {isSecureContext && (
          <button type="button" onClick={copy}>
            <Icon name="copy" />
            {t("copy")}
          </button>
        )}
        <button type="button" className="main" onClick={onClose}>
          {t("close")}
        </button>
      </div>
    </>
  );
}
