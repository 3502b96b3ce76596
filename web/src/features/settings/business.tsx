import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { tenantQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { useSession } from "../../api/session.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { Failure } from "../../components/failure.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { SaveRow, WrongLine } from "../../components/form.tsx";
import { UnsavedGuard } from "../../components/unsaved-guard.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { DeleteBusiness } from "./delete-business.tsx";
import { Exports } from "./exports.tsx";

const HOUR_MS = 3_600_000;
/** What customers are shown of what becomes of their messages. */
const RECEIPTS = ["none", "read", "typing"] as const;
const HANDBACK_HOURS = [1, 4, 8, 24, 72];

/** The business's own settings. */
export function Business() {
  const { data, error, refetch } = useQuery(tenantQuery);
  if (error) return <Failure problem={error} retry={refetch} />;
  return data ? (
    <>
      <BusinessForm tenant={data} />
      <OwnersOnly tenant={data} />
    </>
  ) : null;
}

/** What concerns all that the business has. */
function OwnersOnly({ tenant }: { tenant: Schemas["TenantSettings"] }) {
  const { user, visit } = useSession();
  if (user.role !== "owner" || visit) return null;
  return (
    <>
      <Exports />
      <DeleteBusiness name={tenant.name} />
    </>
  );
}

function BusinessForm({ tenant }: { tenant: Schemas["TenantSettings"] }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const [name, setName] = useState(tenant.name);
  const [handback, setHandback] = useState(tenant.auto_handback_ms ?? null);
  const [saved, setSaved] = useState(false);
  const { problem, isBusy, attempt } = useAttempt();
  const [zone, setZone] = useState(tenant.time_zone);
  const [receipts, setReceipts] = useState(tenant.read_receipts);
  const isDirty =
    zone !== tenant.time_zone ||
    name !== tenant.name ||
    handback !== (tenant.auto_handback_ms ?? null) ||
    receipts !== tenant.read_receipts;

  async function save(event: FormEvent) {
    event.preventDefault();
    await attempt(async () => {
      const fresh = await dataOf(
        api.PATCH("/api/tenant", {
          body: { name, auto_handback_ms: handback, time_zone: zone, read_receipts: receipts },
        }),
      );
      client.setQueryData(tenantQuery.queryKey, fresh);
      setSaved(true);
    });
  }

  return (
    <form className="settings" onSubmit={save} onInput={() => setSaved(false)}>
      <UnsavedGuard isDirty={isDirty} />
      <fieldset disabled={!mayManage}>
        <legend className="sr-only">{t("settings.business")}</legend>
        <TextField
          label={t("field.tenant_name")}
          error={errorOf(problem, "name")}
          required
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <ZoneField value={zone} onChange={setZone} />
        <HandbackField value={handback} onChange={setHandback} />
        <SelectField
          label={t("settings.receipts")}
          hint={t("settings.receipts_hint")}
          value={receipts}
          onChange={({ target }) => setReceipts(target.value)}
        >
          {RECEIPTS.map((shown) => (
            <option key={shown} value={shown}>
              {t(`receipts.${shown}`)}
            </option>
          ))}
        </SelectField>
        <WrongLine problem={problem} />
        {mayManage && <SaveRow isBusy={isBusy} isSaved={saved && !isDirty} />}
      </fieldset>
    </form>
  );
}

/** Where its days begin, and what its hours mean. */
function ZoneField({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const { t } = useI18n();
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set(["UTC", value, here, ...Intl.supportedValuesOf("timeZone")])].sort();
  return (
    <>
      <SelectField
        label={t("settings.zone")}
        hint={t("settings.zone_hint")}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      >
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
      </SelectField>
      {value !== here && (
        <button type="button" className="link" onClick={() => onChange(here)}>
          {t("settings.zone_here", { zone: here })}
        </button>
      )}
    </>
  );
}

/** When the AI takes a conversation back that nobody writes in. */
function HandbackField({ value, onChange }: { value: number | null; onChange: (ms: number | null) => void }) {
  const { t } = useI18n();
  const choices = HANDBACK_HOURS.map((hours) => hours * HOUR_MS);
  const all = value === null || choices.includes(value) ? choices : [...choices, value].sort((a, b) => a - b);
  const words = (ms: number) =>
    ms % HOUR_MS === 0
      ? t("settings.hours", { count: ms / HOUR_MS })
      : t("time.minutes", { minutes: Math.round(ms / 60_000) });
  return (
    <SelectField
      label={t("settings.handback")}
      hint={t("settings.handback_hint")}
      value={value ?? ""}
      onChange={({ target }) => onChange(target.value === "" ? null : Number(target.value))}
    >
      <option value="">{t("settings.handback_never")}</option>
      {all.map((ms) => (
        <option key={ms} value={ms}>
          {words(ms)}
        </option>
      ))}
    </SelectField>
  );
}
