import "./tools.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { toolsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { Removal } from "../../components/removal.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { Abilities } from "./abilities.tsx";
import { ActionEditor } from "./action-editor.tsx";
import { useAtOnce } from "./at-once.ts";
import type { Bot } from "./bots-page.tsx";
import { McpEditor } from "./mcp-editor.tsx";
import { Toggle } from "./toggle.tsx";
import { hostOf, switched, type Tool } from "./tool-values.ts";

type Edited = { kind: "action" | "server"; tool: Tool | null };

/** What a bot can do besides answering. */
export function Tools({ bot }: { bot: Bot }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const query = toolsQuery(bot.id);
  const { data, error, refetch } = useQuery(query);
  const [edited, setEdited] = useState<Edited | null>(null);
  const [doomed, setDoomed] = useState<Tool | null>(null);
  const close = () => setEdited(null);
  return (
    <>
      <Abilities bot={bot} />
      <section aria-labelledby="tools-title">
        <div className="head">
          <h2 id="tools-title">{t("tool.own")}</h2>
          {mayManage && (
            <span className="acts">
              <button type="button" onClick={() => setEdited({ kind: "action", tool: null })}>
                <Icon name="plus" />
                {t("tool.add_action")}
              </button>
              <button type="button" onClick={() => setEdited({ kind: "server", tool: null })}>
                <Icon name="plus" />
                {t("tool.add_server")}
              </button>
            </span>
          )}
        </div>
        {error && <Failure problem={error} retry={refetch} />}
        {data?.items.length === 0 && <p className="empty">{t("tool.empty")}</p>}
        {data && data.items.length > 0 && (
          <ul className="tool-list">
            {data.items.map((tool) => (
              <ToolRow
                key={tool.id}
                botId={bot.id}
                tool={tool}
                onOpen={() => setEdited({ kind: tool.http ? "action" : "server", tool })}
                onDelete={() => setDoomed(tool)}
              />
            ))}
          </ul>
        )}
      </section>
      {edited?.kind === "action" && <ActionEditor botId={bot.id} tool={edited.tool} onClose={close} />}
      {edited?.kind === "server" && <McpEditor botId={bot.id} tool={edited.tool} onClose={close} />}
      <Removal
        item={doomed}
        title={t("tool.delete_title", { name: doomed?.name ?? "" })}
        text={t("tool.delete_text")}
        remove={({ id }) =>
          dataOf(api.DELETE("/api/bots/{id}/tools/{item_id}", { params: { path: { id: bot.id, item_id: id } } }))
        }
        queryKey={query.queryKey}
        onClose={() => setDoomed(null)}
      />
    </>
  );
}

interface RowProps {
  botId: string;
  tool: Tool;
  onOpen: () => void;
  onDelete: () => void;
}

function ToolRow({ botId, tool, onOpen, onDelete }: RowProps) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const { name, http, mcp } = tool;
  const button = (sign: IconName, words: string, act: () => void) => (
    <button type="button" className="plain" title={words} onClick={act}>
      <Icon name={sign} />
      <span className="sr-only">{`${words}: ${name}`}</span>
    </button>
  );
  return (
    <li>
      <div className="words">
        <strong>
          <bdi dir="ltr">{name}</bdi>
        </strong>
        <p className="hint traits">
          <span>{t(http ? "tool.action" : "tool.server")}</span>
          <span>
            <bdi dir="ltr">{http ? `${http.method} ${hostOf(tool.url)}` : hostOf(tool.url)}</bdi>
          </span>
          {mcp && <span>{t("tool.tools_on", { count: mcp.tools.filter(({ enabled }) => enabled).length })}</span>}
        </p>
        {http && (
          <p className="hint" dir="auto">
            {http.description}
          </p>
        )}
        {asksFirst(tool) && (
          <p className="mark">
            <Icon name="human" />
            {t("tool.asks_first")}
          </p>
        )}
      </div>
      <span className="acts">
        <ToolSwitch botId={botId} tool={tool} />
        {button(mayManage ? "edit" : "search", t(mayManage ? "edit" : "tool.see"), onOpen)}
        {mayManage && button("trash", t("delete"), onDelete)}
      </span>
    </li>
  );
}

const asksFirst = ({ http, mcp }: Tool) =>
  http?.needs_consent || mcp?.tools.some(({ enabled, needs_consent }) => enabled && needs_consent);

/** Whether models are offered it. Takes effect at once. */
function ToolSwitch({ botId, tool }: { botId: string; tool: Tool }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const [isOn, turn] = useAtOnce({
    value: tool.enabled,
    store: (enabled) => {
      const params = { path: { id: botId, item_id: tool.id } };
      return dataOf(api.PUT("/api/bots/{id}/tools/{item_id}", { params, body: switched(tool, enabled) }));
    },
    queryKey: toolsQuery(botId).queryKey,
    scope: `tool-${tool.id}`,
  });
  return (
    <Toggle isOn={isOn} disabled={!mayManage} onOn={turn}>
      <span className="sr-only">{`${t("tool.enabled")}: ${tool.name}`}</span>
    </Toggle>
  );
}
