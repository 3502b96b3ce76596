import "./tools.css";
import type { Schemas } from "../../api/client.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import type { I18n } from "../../i18n/i18n.ts";
import { useI18n } from "../../i18n/provider.tsx";

const SIGNS: Record<string, IconName> = {
  done: "tick",
  failed: "alert",
  unknown: "unsure",
  waiting: "clock",
  asked: "clock",
  running: "clock",
  declined: "stopped",
  left_out: "stopped",
};
const callSign = (state: string): IconName => SIGNS[state] ?? "unsure";

/** What became of it. */
function callState(state: string, { t, isKey }: I18n): string {
  const key = `call.state.${state}`;
  return isKey(key) ? t(key) : state;
}

/** What a tool is called, as one reads it: an ability by its words, another by its name without its signs. */
export function callName(name: string, { t, isKey }: I18n): string {
  const key = `ability.${name}`;
  return isKey(key) ? t(key) : name.replace(/[_-]+/g, " ").trim() || name;
}

interface Props {
  arguments: unknown;
  result: string | null | undefined;
}

/** What a tool was given, and what the model read of it. */
export function CallDetails({ arguments: given, result }: Props) {
  const { t } = useI18n();
  const all = typeof given === "object" && given !== null ? Object.entries(given) : [];
  return (
    <>
      {all.length > 0 && (
        <dl aria-label={t("call.given")}>
          {all.map(([name, value]) => (
            <div key={name}>
              <dt>
                <bdi dir="ltr">{name}</bdi>
              </dt>
              <dd dir="auto">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {result && (
        <>
          <p className="soft">{t("tool.reads")}</p>
          <pre dir="auto">{result}</pre>
        </>
      )}
    </>
  );
}

/** The head of a call: what, and what became of it. */
export function CallHead({ name, state }: { name: string; state: string }) {
  const i18n = useI18n();
  return (
    <>
      <Icon name="tool" /> <bdi>{callName(name, i18n)}</bdi> · <Icon name={callSign(state)} /> {callState(state, i18n)}
    </>
  );
}

/** What a bot did with its tools in a trial, or would have done. */
export function MadeCalls({ calls }: { calls: Schemas["MadeBody"][] }) {
  const { t } = useI18n();
  if (calls.length === 0) return null;
  return (
    <ol className="calls" aria-label={t("call.title")}>
      {calls.map(({ name, state, arguments: given, result }, index) => (
        <li key={index}>
          <details className="tool-call" data-state={state}>
            <summary>
              <span>
                <CallHead name={name} state={state} />
              </span>
            </summary>
            <CallDetails arguments={given} result={result} />
          </details>
        </li>
      ))}
    </ol>
  );
}
