import type { Schemas } from "../../api/client.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";

const SIGNS: Record<string, IconName> = { active: "tick", suspended: "stopped", deleting: "trash" };

/** Whether a business works: a sign and a word. */
export function Standing({ status }: { status: string }) {
  const { t, isKey } = useI18n();
  const words = `tenant_status.${status}`;
  return (
    <span className={`standing ${status}`}>
      <Icon name={SIGNS[status] ?? "unsure"} />
      {isKey(words) ? t(words) : status}
    </span>
  );
}

/** How many numbers are doing how; those of which there are none are left out. */
export function Numbers({ numbers }: { numbers: Schemas["NumbersByHealth"] }) {
  const { t } = useI18n();
  const { well, warned, down } = numbers;
  if (well + warned + down === 0) return t("numbers.none");
  const parts = [
    well > 0 && t("numbers.well", { count: well }),
    warned > 0 && t("numbers.warned", { count: warned }),
    down > 0 && t("numbers.down", { count: down }),
  ];
  return parts.filter(Boolean).join(", ");
}
