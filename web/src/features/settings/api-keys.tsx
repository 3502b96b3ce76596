import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { apiKeysQuery } from "../../api/queries.ts";
import { useAttempt } from "../../components/attempt.ts";
import { Confirm, Dialog } from "../../components/dialog.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { PagedTable } from "../../components/paged-table.tsx";
import { Secret } from "../../components/secret.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";

type ApiKey = Schemas["ApiKeyBody"];
const ROLES = ["operator", "viewer", "admin"] as const;

/** Keys for programs that use the API in the business's name. */
export function ApiKeys() {
  const { t } = useI18n();
  const query = useInfiniteQuery(apiKeysQuery);
  const [isMaking, setIsMaking] = useState(false);
  const [doomed, setDoomed] = useState<ApiKey | null>(null);
  return (
    <section>
      <div className="head">
        <p className="hint max-w-[60ch]">
          {t("keys_page.hint")} <a href="/docs">{t("keys_page.docs")}</a>
        </p>
        <button type="button" onClick={() => setIsMaking(true)}>
          <Icon name="plus" />
          {t("keys_page.make")}
        </button>
      </div>
      <PagedTable
        query={query}
        label={t("settings.api_keys")}
        head={[t("keys_page.name"), t("field.role"), t("keys_page.key"), t("keys_page.used"), t("keys_page.state")]}
        empty={t("keys_page.empty")}
        row={(key) => <KeyRow key={key.id} apiKey={key} onRevoke={() => setDoomed(key)} />}
      />
      {isMaking && <MakeKey onClose={() => setIsMaking(false)} />}
      <Revoke apiKey={doomed} onClose={() => setDoomed(null)} />
    </section>
  );
}

function KeyRow({ apiKey: key, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { t, isKey, ago, moment } = useI18n();
  const role = `role.${key.role}`;
  return (
    <tr>
      <td dir="auto">{key.name}</td>
      <td>{isKey(role) ? t(role) : key.role}</td>
      <td>
        <code dir="ltr">…{key.hint}</code>
      </td>
      <td>{key.last_used_at ? <Time at={key.last_used_at}>{ago(key.last_used_at)}</Time> : t("never")}</td>
      <td>
        {key.revoked_at ? (
          <span className="text-soft">
            {t("keys_page.revoked")} <Time at={key.revoked_at}>{moment(key.revoked_at)}</Time>
          </span>
        ) : (
          <button type="button" onClick={onRevoke}>
            {t("keys_page.revoke")}
            <span className="sr-only">: {key.name}</span>
          </button>
        )}
      </td>
    </tr>
  );
}

function MakeKey({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Dialog title={t("keys_page.make")} open onClose={onClose}>
      {secret ? (
        <Secret hint={t("keys_page.once")} secret={secret} onClose={onClose} />
      ) : (
        <KeyForm onMade={setSecret} onCancel={onClose} />
      )}
    </Dialog>
  );
}

function KeyForm({ onMade, onCancel }: { onMade: (secret: string) => void; onCancel: () => void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<(typeof ROLES)[number]>("operator");
  const { problem, isBusy, attempt } = useAttempt();
  async function make(event: FormEvent) {
    event.preventDefault();
    await attempt(async () => {
      const made = await dataOf(api.POST("/api/api-keys", { body: { name, role } }));
      onMade(made.secret);
      await client.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    });
  }
  const nameInput = { required: true, maxLength: 100, value: name };
  return (
    <form onSubmit={make}>
      <TextField
        label={t("keys_page.name")}
        hint={t("keys_page.name_hint")}
        {...nameInput}
        onChange={({ target }) => setName(target.value)}
      />
      <SelectField
        label={t("field.role")}
        value={role}
        onChange={({ target }) => setRole(ROLES.find((it) => it === target.value) ?? role)}
      >
        {ROLES.map((it) => (
          <option key={it} value={it}>
            {t(`role.${it}`)}
          </option>
        ))}
      </SelectField>
      <WrongLine problem={problem} />
      <DialogButtons verb={t("keys_page.make")} isBusy={isBusy} onCancel={onCancel} />
    </form>
  );
}

function Revoke({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  async function revoke() {
    if (!apiKey) return;
    onClose();
    try {
      await dataOf(api.DELETE("/api/api-keys/{id}", { params: { path: { id: apiKey.id } } }));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
  }
  return (
    <Confirm
      open={apiKey !== null}
      title={t("keys_page.revoke_title", { name: apiKey?.name ?? "" })}
      text={t("keys_page.revoke_text")}
      verb={t("keys_page.revoke")}
      onConfirm={revoke}
      onCancel={onClose}
    />
  );
}
