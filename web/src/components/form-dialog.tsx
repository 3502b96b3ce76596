import { type ReactNode, useState } from "react";
import { useI18n } from "../i18n/provider.tsx";
import { Confirm, Dialog } from "./dialog.tsx";

interface Props {
  title: string;
  /** Whether something is lost when it is closed. */
  isDirty: boolean;
  onClose: () => void;
  /** `leave` closes it, and asks first where something would be lost. */
  children: (leave: () => void) => ReactNode;
}

/** A dialog with a form: what was typed is not lost by a key, or by a click beside it. */
export function FormDialog({ title, isDirty, onClose, children }: Props) {
  const { t } = useI18n();
  const [asks, setAsks] = useState(false);
  const leave = () => (isDirty ? setAsks(true) : onClose());
  return (
    <Dialog title={title} open onClose={leave}>
      {children(leave)}
      <Confirm
        open={asks}
        title={t("unsaved.title")}
        text={t("unsaved.text")}
        verb={t("unsaved.verb")}
        onConfirm={onClose}
        onCancel={() => setAsks(false)}
      />
    </Dialog>
  );
}
