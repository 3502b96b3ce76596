// What is done to a business from the platform, each after a question.

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { deletionsQuery, platformTenantQuery } from "../../api/queries.ts";
import { adopt, useSession } from "../../api/session.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Confirm, Dialog } from "../../components/dialog.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";

interface Props {
  tenant: Schemas["TenantDetailBody"];
  onClose: () => void;
}

const ROLES = ["viewer", "operator", "admin"] as const;
const REASON_LONGEST = 500;
const pathOf = (tenant: Props["tenant"]) => ({ params: { path: { id: tenant.id } } });

/** Everything that shows businesses is read again. */
const reread = (client: QueryClient) => client.invalidateQueries({ queryKey: ["platform"] });

export function Suspend({ tenant, onClose }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { problem, isBusy, attempt } = useAttempt();
  const [reason, setReason] = useState("");
  async function suspend(event: FormEvent) {
    event.preventDefault();
    const done = await attempt(async () => {
      const now = await dataOf(api.POST("/api/platform/tenants/{id}/suspend", { ...pathOf(tenant), body: { reason } }));
      client.setQueryData(platformTenantQuery(tenant.id).queryKey, now);
    });
    if (!done) return;
    onClose();
    await reread(client);
  }
  return (
    <Dialog title={t("suspend.title", { name: tenant.name })} open onClose={onClose}>
      <form onSubmit={suspend}>
        <p>{t("suspend.text")}</p>
        <TextField
          label={t("platform.reason")}
          hint={t("suspend.reason_hint")}
          required
          maxLength={REASON_LONGEST}
          value={reason}
          error={errorOf(problem, "reason")}
          onChange={({ target }) => setReason(target.value)}
        />
        <WrongLine problem={problem} />
        <DialogButtons verb={t("suspend.verb")} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

export function Resume({ tenant, onClose }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  async function resume() {
    onClose();
    try {
      const now = await dataOf(api.POST("/api/platform/tenants/{id}/resume", pathOf(tenant)));
      client.setQueryData(platformTenantQuery(tenant.id).queryKey, now);
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await reread(client);
  }
  return (
    <Confirm
      open
      title={t("resume.title", { name: tenant.name })}
      text={t("resume.text")}
      verb={t("resume.verb")}
      onConfirm={resume}
      onCancel={onClose}
    />
  );
}

export function DeleteTenant({ tenant, onClose }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { problem, isBusy, attempt } = useAttempt();
  const [name, setName] = useState("");
  async function begin(event: FormEvent) {
    event.preventDefault();
    const done = await attempt(() =>
      dataOf(api.DELETE("/api/platform/tenants/{id}", { ...pathOf(tenant), body: { name } })),
    );
    if (!done) return;
    onClose();
    await client.invalidateQueries({ queryKey: deletionsQuery.queryKey });
    await reread(client);
  }
  return (
    <Dialog title={t("tenant_delete.title", { name: tenant.name })} open onClose={onClose}>
      <form onSubmit={begin}>
        <p>{t("tenant_delete.text")}</p>
        <TextField
          label={t("tenant_delete.type", { name: tenant.name })}
          required
          autoComplete="off"
          value={name}
          error={errorOf(problem, "name") && t("tenant_delete.wrong")}
          onChange={({ target }) => setName(target.value)}
        />
        <WrongLine problem={errorOf(problem, "name") ? null : problem} />
        <div className="buttons">
          <button type="button" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" className="bad" disabled={isBusy}>
            {t("tenant_delete.verb")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function Visit({ tenant, onClose }: Props) {
  const { t } = useI18n();
  const home = useSession();
  const { problem, isBusy, attempt } = useAttempt();
  const [reason, setReason] = useState("");
  const [role, setRole] = useState<(typeof ROLES)[number]>("viewer");
  async function begin(event: FormEvent) {
    event.preventDefault();
    await attempt(async () => {
      const body = { reason, role };
      const begun = await dataOf(api.POST("/api/platform/tenants/{id}/impersonate", { ...pathOf(tenant), body }));
      const { id, name, status, suspended_reason } = tenant;
      adopt({
        access_token: begun.access_token,
        token_type: begun.token_type,
        expires_at: begun.expires_at,
        user: { ...home.user, role },
        tenant: { id, name, status, suspended_reason: suspended_reason ?? null },
        visit: begun.impersonation,
      });
    });
  }
  return (
    <Dialog title={t("visit.title", { name: tenant.name })} open onClose={onClose}>
      <form onSubmit={begin}>
        <p>{t("visit.text")}</p>
        <TextField
          label={t("platform.reason")}
          hint={t("visit.reason_hint")}
          required
          maxLength={REASON_LONGEST}
          value={reason}
          error={errorOf(problem, "reason")}
          onChange={({ target }) => setReason(target.value)}
        />
        <SelectField
          label={t("visit.role")}
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
        <DialogButtons verb={t("visit.begin")} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
