import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { invitationsQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { errorOf, useAttempt } from "../../components/attempt.ts";
import { SelectField, TextField } from "../../components/field.tsx";
import { DialogButtons, WrongLine } from "../../components/form.tsx";
import { LANGUAGES } from "../../i18n/i18n.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { rolesToGive } from "./roles.ts";

interface Props {
  onInvited: (invited: Schemas["InvitedBody"]) => void;
  onCancel: () => void;
}

export function InviteForm({ onInvited, onCancel }: Props) {
  const { t, language } = useI18n();
  const client = useQueryClient();
  const { user } = useSession();
  const [body, setBody] = useState({ email: "", role: "operator", language: language as string });
  const { problem, isBusy, attempt } = useAttempt();
  async function invite(event: FormEvent) {
    event.preventDefault();
    await attempt(async () => onInvited(await dataOf(api.POST("/api/invitations", { body }))));
    await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
  }
  const error = errorOf(problem, "email");
  return (
    <form onSubmit={invite}>
      <TextField
        type="email"
        label={t("field.email")}
        error={error}
        required
        value={body.email}
        onChange={({ target }) => setBody({ ...body, email: target.value })}
      />
      <SelectField
        label={t("field.role")}
        value={body.role}
        onChange={({ target }) => setBody({ ...body, role: target.value })}
      >
        {rolesToGive(user.role).map((role) => (
          <option key={role} value={role}>
            {t(`role.${role}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t("invite.language")}
        value={body.language}
        onChange={({ target }) => setBody({ ...body, language: target.value })}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </SelectField>
      <WrongLine problem={error ? null : problem} />
      <DialogButtons verb={t("invite.verb")} isBusy={isBusy} onCancel={onCancel} />
    </form>
  );
}
