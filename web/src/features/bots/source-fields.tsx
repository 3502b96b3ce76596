import { api, dataOf } from "../../api/client.ts";
import { TextField } from "../../components/field.tsx";
import { useI18n } from "../../i18n/provider.tsx";

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

/** The address of a page to be read. */
export function PageField({ url, onUrl }: { url: string; onUrl: (url: string) => void }) {
  const { t } = useI18n();
  return (
    <TextField
      label={t("knowledge.page_url")}
      hint={t("knowledge.page_hint")}
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

export function storeFile(botId: string, file: File) {
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

export const storePage = (botId: string, url: string) =>
  dataOf(api.POST("/api/bots/{id}/knowledge/pages", { params: { path: { id: botId } }, body: { url } }));
