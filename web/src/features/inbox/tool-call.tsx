import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { CallDetails, CallHead } from "../bots/calls.tsx";
import { FactsLine, useFigures } from "../bots/facts.tsx";
import type { ToolCall } from "./model.ts";

/** What the bot did with a tool, where it did it. It looks like no message, for the customer sees none of it. */
export default function ToolCallEntry({ call }: { call: ToolCall }) {
  const { t, clock, moment } = useI18n();
  const figures = useFigures();
  const isEnded = call.took_ms != null;
  return (
    <details className={`tool-call ${call.state}`} data-id={call.id}>
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
          isEnded && call.tool_id ? figures.time(call.took_ms ?? 0) : null,
          call.updated_at === call.created_at ? null : t("call.changed", { at: moment(call.updated_at) }),
        ]}
      />
    </details>
  );
}
