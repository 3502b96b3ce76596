import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { toolsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { useAttempt } from "../../components/attempt.ts";
import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { storeTool } from "./store-tool.ts";
import { Toggle } from "./toggle.tsx";
import { ToolDialog } from "./tool-dialog.tsx";
import { AddressField, HeadersField, NameField, TimeoutField } from "./tool-fields.tsx";
import {
  type Choices,
  choicesAfter,
  choicesOf,
  newsOf,
  type ServerValues,
  serverFieldsOf,
  serverValuesOf,
  type Tool,
} from "./tool-values.ts";

interface Props {
  botId: string;
  /** Null: a new one. */
  tool: Tool | null;
  onClose: () => void;
}

/** An MCP server: where it is, and which of its tools the bot may use. A new one stays open, for nothing of it is on. */
export function McpEditor({ botId, tool: opened, onClose }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const [tool, setTool] = useState(opened);
  const [values, setValues] = useState(() => serverValuesOf(opened));
  const [choices, setChoices] = useState(() => choicesOf(opened));
  const [news, setNews] = useState<ReadonlySet<string>>(new Set());
  const [isDirty, setIsDirty] = useState(false);
  const { problem, isBusy, attempt } = useAttempt();
  const reread = () => client.invalidateQueries({ queryKey: toolsQuery(botId).queryKey });
  function change(part: Partial<ServerValues>) {
    setValues((was) => ({ ...was, ...part }));
    setIsDirty(true);
  }

  async function save(event: FormEvent) {
    event.preventDefault();
    const body = serverFieldsOf(values, choices, tool);
    const done = await attempt(async () => {
      const stored = await storeTool(botId, tool, body);
      if (tool) {
        onClose();
        return;
      }
      setTool(stored);
      setValues(serverValuesOf(stored));
      setChoices(choicesOf(stored));
      setIsDirty(false);
    });
    if (done) await reread();
  }

  const askAgain = (known: Tool) =>
    attempt(async () => {
      const params = { path: { id: botId, item_id: known.id } };
      const fresh = await dataOf(api.POST("/api/bots/{id}/tools/{item_id}/refresh", { params }));
      const isNew = newsOf(fresh, known);
      setTool(fresh);
      setNews(isNew);
      setChoices((before) => choicesAfter(fresh, before, isNew));
      await reread();
    });

  return (
    <ToolDialog
      title={t(tool ? (mayManage ? "tool.edit_server" : "tool.server") : "tool.add_server")}
      isDirty={isDirty}
      isBusy={isBusy}
      problem={problem}
      onSave={save}
      onClose={onClose}
    >
      {!tool && <p className="hint">{t("tool.server_hint")}</p>}
      <NameField values={values} change={change} problem={problem} hint={t("tool.server_name_hint")} />
      <AddressField values={values} change={change} problem={problem} />
      <HeadersField values={values} change={change} problem={problem} />
      <TimeoutField values={values} change={change} problem={problem} />
      {tool && (
        <ServerTools
          tool={tool}
          choices={choices}
          news={news}
          isBusy={isBusy}
          onAskAgain={() => askAgain(tool)}
          onChoose={(name, choice) => {
            setChoices((was) => ({ ...was, [name]: choice }));
            setIsDirty(true);
          }}
        />
      )}
    </ToolDialog>
  );
}

interface ToolsProps {
  tool: Tool;
  choices: Choices;
  news: ReadonlySet<string>;
  isBusy: boolean;
  onAskAgain: () => void;
  onChoose: (name: string, choice: Choices[string]) => void;
}

/** What a server has, each to be turned on. */
function ServerTools({ tool, choices, news, isBusy, onAskAgain, onChoose }: ToolsProps) {
  const { t, ago } = useI18n();
  const tools = tool.mcp?.tools ?? [];
  const listed = tool.mcp?.listed_at;
  return (
    <fieldset className="field-rows">
      <legend>{t("tool.server_tools")}</legend>
      <p className="hint">{t("tool.server_tools_hint")}</p>
      {tools.length === 0 && <p className="empty">{t("tool.server_empty")}</p>}
      <ul className="server-tools">
        {tools.map(({ name, description, read_only }) => {
          const choice = choices[name] ?? { enabled: false, needs_consent: false };
          return (
            <li key={name}>
              <p>
                <strong>
                  <bdi dir="ltr">{name}</bdi>
                </strong>{" "}
                {news.has(name) && <span className="mark new">{t("tool.is_new")}</span>}{" "}
                <span className="mark">{t(read_only ? "tool.read_only" : "tool.may_change")}</span>
              </p>
              <p className="hint" dir="auto">
                {description}
              </p>
              <Toggle isOn={choice.enabled} onOn={(enabled) => onChoose(name, { ...choice, enabled })}>
                {t("tool.enabled")}
                <span className="sr-only">: {name}</span>
              </Toggle>
              <Toggle
                isOn={choice.needs_consent}
                onOn={(needs_consent) => onChoose(name, { ...choice, needs_consent })}
              >
                {t("tool.consent")}
                <span className="sr-only">: {name}</span>
              </Toggle>
            </li>
          );
        })}
      </ul>
      <p className="asked">
        <button type="button" disabled={isBusy} onClick={onAskAgain}>
          <Icon name="again" />
          {t("tool.ask_again")}
        </button>
        {listed && (
          <span className="hint">
            <Time at={listed}>{t("tool.asked_at", { when: ago(listed) })}</Time>
          </span>
        )}
      </p>
    </fieldset>
  );
}
