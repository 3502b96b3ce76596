import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { secondFactorQuery } from "../../api/queries.ts";
import { useAttempt } from "../../components/attempt.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { QrCode } from "../../components/qr-code.tsx";
import { Secret } from "../../components/secret.tsx";
import { toast } from "../../components/toast.tsx";
import type { Key } from "../../i18n/dictionary.ts";
import { useI18n } from "../../i18n/provider.tsx";

const TITLES = { enable: "factor.enable", disable: "factor.disable", renew: "factor.renew" } as const satisfies Record<
  string,
  Key
>;
type Aim = keyof typeof TITLES;

/** Whether signing in takes a code of an authenticator app. */
export function SecondFactor() {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(secondFactorQuery);
  const [aim, setAim] = useState<Aim | null>(null);
  if (error) return <Failure problem={error} retry={refetch} />;
  if (!data) return null;
  const aims: Aim[] = data.enabled ? ["renew", "disable"] : ["enable"];
  return (
    <section className="mt-8">
      <h2>{t("factor.title")}</h2>
      <p className="hint max-w-[60ch]">
        {data.enabled ? t("factor.on", { count: data.recovery_codes_left }) : t("factor.off")}
      </p>
      <div className="buttons start">
        {aims.map((it) => (
          <button key={it} type="button" onClick={() => setAim(it)}>
            {t(TITLES[it])}
          </button>
        ))}
      </div>
      {aim && <Change aim={aim} onClose={() => setAim(null)} />}
    </section>
  );
}

/** The password first; then what the aim needs; then, where there are any, the recovery codes. */
function Change({ aim, onClose }: { aim: Aim; onClose: () => void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [enrolment, setEnrolment] = useState<Schemas["EnrolmentBody"] | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const reread = () => client.invalidateQueries({ queryKey: secondFactorQuery.queryKey });
  async function show(fresh: Schemas["RecoveryCodesBody"]) {
    setCodes(fresh.recovery_codes);
    await reread();
  }
  async function unlock(body: Schemas["PasswordBody"]) {
    if (aim === "enable") return setEnrolment(await dataOf(api.POST("/api/auth/second-factor/enrol", { body })));
    if (aim === "renew") return show(await dataOf(api.POST("/api/auth/second-factor/recovery-codes", { body })));
    await dataOf(api.POST("/api/auth/second-factor/disable", { body }));
    toast(t("factor.disabled"));
    onClose();
    await reread();
  }
  return (
    <Dialog title={t(codes || enrolment ? "factor.title" : TITLES[aim])} open onClose={onClose}>
      {codes ? (
        <Secret hint={t("factor.codes")} secret={codes.join("\n")} onClose={onClose} />
      ) : enrolment ? (
        <Enrol enrolment={enrolment} onConfirmed={show} onCancel={onClose} />
      ) : (
        <Password verb={t(TITLES[aim])} unlock={unlock} onCancel={onClose} />
      )}
    </Dialog>
  );
}

interface PasswordProps {
  verb: string;
  unlock: (body: Schemas["PasswordBody"]) => Promise<unknown>;
  onCancel: () => void;
}

function Password({ verb, unlock, onCancel }: PasswordProps) {
  const { t } = useI18n();
  const [password, setPassword] = useState("");
  const { problem, isBusy, attempt } = useAttempt();
  function submit(event: FormEvent) {
    event.preventDefault();
    attempt(() => unlock({ password }));
  }
  return (
    <form method="post" onSubmit={submit}>
      <TextField
        type="password"
        autoComplete="current-password"
        label={t("factor.password")}
        required
        value={password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <WrongLine problem={problem} />
      <DialogButtons verb={verb} isBusy={isBusy} onCancel={onCancel} />
    </form>
  );
}

interface EnrolProps {
  enrolment: Schemas["EnrolmentBody"];
  onConfirmed: (codes: Schemas["RecoveryCodesBody"]) => Promise<void>;
  onCancel: () => void;
}

/** The app takes the key, and shows that it did by a code. */
function Enrol({ enrolment, onConfirmed, onCancel }: EnrolProps) {
  const { t } = useI18n();
  const [code, setCode] = useState("");
  const { problem, isBusy, attempt } = useAttempt();
  function submit(event: FormEvent) {
    event.preventDefault();
    const body = { code: code.trim() };
    attempt(async () => onConfirmed(await dataOf(api.POST("/api/auth/second-factor/confirm", { body }))));
  }
  return (
    <form method="post" onSubmit={submit}>
      <p className="my-2">{t("factor.scan")}</p>
      <QrCode text={enrolment.otpauth_url} label={t("factor.qr")} />
      <p className="secret mt-3">
        <code dir="ltr">{enrolment.secret}</code>
      </p>
      <TextField
        autoComplete="one-time-code"
        inputMode="numeric"
        dir="ltr"
        label={t("field.code")}
        required
        value={code}
        onChange={({ target }) => setCode(target.value)}
      />
      <WrongLine problem={problem} />
      <DialogButtons verb={t("factor.enable")} isBusy={isBusy} onCancel={onCancel} />
    </form>
  );
}
