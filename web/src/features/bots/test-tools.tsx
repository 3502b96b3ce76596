import { useQuery } from "@tanstack/react-query";
import { useId, useRef } from "react";
import { botsQuery, toolsQuery } from "../../api/queries.ts";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { callName } from "./calls.tsx";
import { callable, mayExpectMore, type ToolExpected } from "./test-values.ts";

interface Props {
  botId: string;
  expected: ToolExpected[];
  error: string | undefined;
  onExpected: (expected: ToolExpected[]) => void;
}

/** Which tools must be used, and which must not. Of a bot that has none, nothing can be expected. */
export function ToolsExpected({ botId, expected, error, onExpected }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const id = useId();
  const add = useRef<HTMLButtonElement>(null);
  const bot = useQuery(botsQuery).data?.items.find((it) => it.id === botId);
  const { data: tools } = useQuery(toolsQuery(botId));
  if (!bot || !tools) return null;
  const names = callable(bot.abilities, tools.items);
  const free = names.find((name) => expected.every((it) => it.name !== name));
  if (names.length === 0 && expected.length === 0) return null;
  const words = (name: string) =>
    names.includes(name) ? callName(name, i18n) : t("test.tool_gone", { tool: callName(name, i18n) });
  /** Those that nothing is expected of yet, and the one that is chosen. */
  const choices = (chosen: string) =>
    [...new Set([chosen, ...names])].filter((name) => name === chosen || expected.every((it) => it.name !== name));
  const change = (index: number, part: Partial<ToolExpected>) =>
    onExpected(expected.map((it, at) => (at === index ? { ...it, ...part } : it)));
  return (
    <fieldset className="tools-expected" aria-describedby={`${id}-hint`}>
      <legend>{t("test.tools")}</legend>
      {expected.map(({ name, must }, index) => (
        <div key={index}>
          <select
            aria-label={t("test.tool")}
            value={name}
            onChange={({ target }) => change(index, { name: target.value })}
          >
            {choices(name).map((it) => (
              <option key={it} value={it}>
                {words(it)}
              </option>
            ))}
          </select>
          <select
            aria-label={t("test.tool_how", { tool: callName(name, i18n) })}
            value={must ? "must" : "must_not"}
            onChange={({ target }) => change(index, { must: target.value === "must" })}
          >
            <option value="must">{t("test.tool.must")}</option>
            <option value="must_not">{t("test.tool.must_not")}</option>
          </select>
          <button
            type="button"
            className="plain"
            title={t("test.tool_remove")}
            onClick={() => {
              // The last button goes with its row, and the focus must not.
              add.current?.focus();
              onExpected(expected.toSpliced(index, 1));
            }}
          >
            <Icon name="trash" />
            <span className="sr-only">{`${t("test.tool_remove")}: ${callName(name, i18n)}`}</span>
          </button>
        </div>
      ))}
      {error && <p className="error">{i18n.said(error)}</p>}
      <button
        ref={add}
        type="button"
        aria-disabled={free === undefined || !mayExpectMore(expected)}
        onClick={() => {
          if (free !== undefined && mayExpectMore(expected)) onExpected([...expected, { name: free, must: true }]);
        }}
      >
        <Icon name="plus" />
        {t("test.tool_add")}
      </button>
      <p className="hint" id={`${id}-hint`}>
        {t("test.tools_hint")}
      </p>
    </fieldset>
  );
}
