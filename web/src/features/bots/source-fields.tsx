import { api, dataOf } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { SelectField, TextField } from "../../components/field.tsx";
import { useI18n } from "../../i18n/provider.tsx";

/** In bytes, as the API has it: what is larger is not sent in vain. */
const LARGEST = 10 * 1024 * 1024;
export const READABLE = ".pdf,.docx,.txt,.text,.md,.markdown,.csv,.tsv,.html,.htm,.xhtml";

/** A file to be read. */
export function FileField({ onFile }: { onFile: (file: File | null) => void }) {
  const { t } = useI18n();
  return (
    <TextField
      type="file"
      label={t("knowledge.file")}
      hint={t("knowledge.file_hint")}
      accept={READABLE}
      required
      onChange={({ target }) => onFile(target.files?.[0] ?? null)}
    />
  );
}

/** The address of a page or a site to be read. */
export function AddressField({
  kind,
  url,
  onUrl,
}: {
  kind: "page" | "site";
  url: string;
  onUrl: (url: string) => void;
}) {
  const { t } = useI18n();
  return (
    <TextField
      label={t(`knowledge.${kind}_url`)}
      hint={t(`knowledge.${kind}_hint`)}
      required
      maxLength={2000}
      inputMode="url"
      dir="ltr"
      placeholder="https://"
      value={url}
      onChange={({ target }) => onUrl(target.value)}
    />
  );
}

const SCHEDULES = ["weekly", "daily", "never"] as const;
export type Schedule = (typeof SCHEDULES)[number];

interface ScheduleProps {
  schedule: Schedule;
  onSchedule: (schedule: Schedule) => void;
}

/** How often it is read again. */
export function ScheduleField({ schedule, onSchedule }: ScheduleProps) {
  const { t } = useI18n();
  return (
    <SelectField
      label={t("knowledge.read_again")}
      value={schedule}
      onChange={({ target }) => onSchedule(target.value as Schedule)}
    >
      {SCHEDULES.map((name) => (
        <option key={name} value={name}>
          {t(`schedule.${name}`)}
        </option>
      ))}
    </SelectField>
  );
}

export async function storeFile(botId: string, file: File) {
  if (file.size > LARGEST) throw new Problem(413, { code: "too_large" });
  const form = new FormData();
  form.append("file", file);
  return dataOf(
    api.POST("/api/bots/{id}/knowledge/files", {
      params: { path: { id: botId } },
      body: { file: file.name },
      bodySerializer: () => form,
    }),
  );
}

export function storeAddress(botId: string, kind: "page" | "site", url: string, schedule: Schedule) {
  const options = { params: { path: { id: botId } }, body: { url, schedule } };
  return dataOf(
    kind === "site"
      ? api.POST("/api/bots/{id}/knowledge/sites", options)
      : api.POST("/api/bots/{id}/knowledge/pages", options),
  );
}
