import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { replaysQuery } from "../../api/queries.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { dayEnd, dayStart } from "../settings/audit-filter.ts";

const CONVERSATIONS = 20;
const MOST = 50;

/** Says which conversations are replayed. */
export function ReplayStart({ botId, onClose }: { botId: string; onClose: () => void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [count, setCount] = useState(String(CONVERSATIONS));
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const { problem, isBusy, attempt } = useAttempt();

  async function start(event: FormEvent) {
    event.preventDefault();
    const [since, until] = [dayStart(from), dayEnd(to)];
    const body = { conversations: Number(count), ...(since && { since }), ...(until && { until }) };
    await attempt(async () => {
      await dataOf(api.POST("/api/bots/{id}/replay", { params: { path: { id: botId } }, body }));
      await client.invalidateQueries({ queryKey: replaysQuery(botId).queryKey });
      onClose();
    });
  }

  return (
    <Dialog title={t("replay.new")} open onClose={onClose}>
      <form onSubmit={start}>
        <TextField
          type="number"
          label={t("replay.conversations")}
          hint={t("replay.conversations_hint", { most: MOST })}
          error={errorOf(problem, "conversations")}
          required
          min={1}
          max={MOST}
          value={count}
          onChange={({ target }) => setCount(target.value)}
        />
        <div className="from-to">
          <TextField
            type="date"
            label={t("audit.from")}
            value={from}
            onChange={({ target }) => setFrom(target.value)}
          />
          <TextField
            type="date"
            label={t("audit.to")}
            error={errorOf(problem, "until")}
            value={to}
            onChange={({ target }) => setTo(target.value)}
          />
        </div>
        <WrongLine problem={problem} />
        <DialogButtons verb={t("replay.start")} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
