import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { CallDetails, CallHead } from "../bots/calls.tsx";
import { FactsLine, useFigures } from "../bots/facts.tsx";
import type { ToolCall } from "./model.ts";

/** What the bot did with a tool, where it did it. It looks like no message, for the customer sees none of it. */
export default function ToolCallEntry({ call }: { call: ToolCall }) {
  const { t, clock, moment } = useI18n();
  const figures = useFigures();
  const [began, changed] = [moment(call.created_at), moment(call.updated_at)];
  return (
    <details className="tool-call" data-id={call.id} data-state={call.state}>
      <summary>
        <span>
          <CallHead name={call.name} state={call.state} /> · <Time at={call.created_at}>{clock(call.created_at)}</Time>
        </span>
      </summary>
      <CallDetails arguments={call.arguments} result={call.result} />
      <FactsLine
        label={t("call.facts")}
        facts={[
          call.name,
          call.status ? `HTTP ${call.status}` : null,
          call.tool_id && call.took_ms != null ? figures.time(call.took_ms) : null,
          changed === began ? null : t("call.changed", { at: changed }),
        ]}
      />
    </details>
  );
}
