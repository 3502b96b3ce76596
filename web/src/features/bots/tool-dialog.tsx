import { type FormEvent, type ReactNode, useState } from "react";
import { Problem } from "../../api/problem.ts";
import { usePermissions } from "../../api/roles.ts";
import { Confirm, Dialog } from "../../components/dialog.tsx";
import { WrongLine } from "../../components/form.tsx";
import { useI18n } from "../../i18n/provider.tsx";

interface Props {
  title: string;
  isDirty: boolean;
  isBusy: boolean;
  problem: unknown;
  onSave: (event: FormEvent) => void;
  onClose: () => void;
  /** What stands beside the form where there is room. */
  beside?: ReactNode;
  children: ReactNode;
}

/** The form of a tool; whoever may not change it reads it. What was typed is not lost by a key. */
export function ToolDialog({ title, isDirty, isBusy, problem, onSave, onClose, beside, children }: Props) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const [asks, setAsks] = useState(false);
  const leave = () => (isDirty ? setAsks(true) : onClose());
  return (
    <Dialog title={title} open onClose={leave}>
      <div className={beside ? "tool-editor wide" : "tool-editor"}>
        <form onSubmit={onSave} autoComplete="off">
          <fieldset disabled={!mayManage}>
            <legend className="sr-only">{title}</legend>
            {children}
          </fieldset>
          <WrongLine problem={problem} />
          <Said problem={problem} />
          <div className="buttons">
            <button type="button" onClick={leave}>
              {t(mayManage ? "cancel" : "close")}
            </button>
            {mayManage && (
              <button type="submit" className="main" disabled={isBusy}>
                {t("save")}
              </button>
            )}
          </div>
        </form>
        {beside}
      </div>
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

/** What became of asking an MCP server, as it was told. */
function Said({ problem }: { problem: unknown }) {
  const { t } = useI18n();
  if (!(problem instanceof Problem) || problem.code !== "mcp_server_unusable") return null;
  return (
    <p className="hint">
      {t("tool.server_said")} <bdi>{problem.message}</bdi>
    </p>
  );
}
