import { useBlocker } from "@tanstack/react-router";
import { useI18n } from "../i18n/provider.tsx";
import { Confirm } from "./dialog.tsx";

/** Asks before what is not saved is left. */
export function UnsavedGuard({ isDirty }: { isDirty: boolean }) {
  const { t } = useI18n();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isDirty,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  });
  return (
    <Confirm
      open={status === "blocked"}
      title={t("unsaved.title")}
      text={t("unsaved.text")}
      verb={t("unsaved.verb")}
      onConfirm={() => proceed?.()}
      onCancel={() => reset?.()}
    />
  );
}
