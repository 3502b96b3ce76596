import type { FormEvent, ReactNode } from "react";
import { Problem } from "../../api/problem.ts";
import { usePermissions } from "../../api/roles.ts";
import { WrongLine } from "../../components/form.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
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

/** The form of a tool; whoever may not change it reads it. */
export function ToolDialog({ title, isDirty, isBusy, problem, onSave, onClose, beside, children }: Props) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  return (
    <FormDialog title={title} isDirty={isDirty} onClose={onClose}>
      {(leave) => (
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
      )}
    </FormDialog>
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
