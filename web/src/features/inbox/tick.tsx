import { Icon, type IconName } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";

const SIGNS = {
  pending: "clock",
  queued: "clock",
  sending: "clock",
  unknown: "unsure",
  sent: "tick",
  delivered: "ticks",
  read: "ticks",
  failed: "alert",
  cancelled: "stopped",
} as const satisfies Record<string, IconName>;
export type SendStatus = keyof typeof SIGNS;

export const isSendStatus = (status: string): status is SendStatus => Object.hasOwn(SIGNS, status);

/** How far a message got: a sign, and the word for it. */
export function Tick({ status }: { status: string }) {
  const { t } = useI18n();
  if (!isSendStatus(status)) return null;
  const word = t(`status.${status}`);
  return (
    <span className={`tick ${status}`} title={word}>
      <Icon name={SIGNS[status]} />
      <span className="sr-only">{word}</span>
    </span>
  );
}
