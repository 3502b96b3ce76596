import { useBlocker } from "@tanstack/react-router";
import { useI18n } from "../i18n/provider.tsx";
import { Confirm } from "./dialog.tsx";

/** Asks before what is not saved is left. */
export function UnsavedGuard({ isDirty }: { isDirty: boolean }) {
  const { t } = useI18n();
  const { status, proceed, reset } = useBlocker({
    // Another part of the same screen keeps what is typed.
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
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
