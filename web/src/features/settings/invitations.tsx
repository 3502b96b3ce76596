import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { invitationsQuery } from "../../api/queries.ts";
import { Confirm, Dialog } from "../../components/dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { PagedTable } from "../../components/paged-table.tsx";
import { Secret } from "../../components/secret.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { InviteForm } from "./invite-form.tsx";

type Invitation = Schemas["InvitationBody"];

/** Who is invited, and has not come yet. */
export function Invitations() {
  const { t } = useI18n();
  const query = useInfiniteQuery(invitationsQuery);
  const [isInviting, setIsInviting] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const [doomed, setDoomed] = useState<Invitation | null>(null);
  function tell(invited: Schemas["InvitedBody"]) {
    setIsInviting(false);
    if (invited.link) setLink(invited.link);
    else toast(t("invite.sent"));
  }
  return (
    <>
      <div className="head">
        <h2>{t("invite.title")}</h2>
        <button type="button" onClick={() => setIsInviting(true)}>
          <Icon name="plus" />
          {t("invite.verb")}
        </button>
      </div>
      <PagedTable
        query={query}
        label={t("invite.title")}
        head={[t("field.email"), t("field.role"), t("invite.state"), t("invite.verb")]}
        empty={t("invite.empty")}
        row={(it) => <InvitationRow key={it.id} invitation={it} onSent={tell} onRevoke={() => setDoomed(it)} />}
      />
      {isInviting && (
        <Dialog title={t("invite.verb")} open onClose={() => setIsInviting(false)}>
          <InviteForm onInvited={tell} onCancel={() => setIsInviting(false)} />
        </Dialog>
      )}
      {link && (
        <Dialog title={t("invite.verb")} open onClose={() => setLink(null)}>
          <Secret hint={t("invite.once")} secret={link} onClose={() => setLink(null)} />
        </Dialog>
      )}
      <Revoke invitation={doomed} onClose={() => setDoomed(null)} />
    </>
  );
}

interface RowProps {
  invitation: Invitation;
  onSent: (invited: Schemas["InvitedBody"]) => void;
  onRevoke: () => void;
}

function InvitationRow({ invitation, onSent, onRevoke }: RowProps) {
  const i18n = useI18n();
  const { t, isKey } = i18n;
  const client = useQueryClient();
  const role = `role.${invitation.role}`;
  async function resend() {
    try {
      const params = { path: { id: invitation.id } };
      onSent(await dataOf(api.POST("/api/invitations/{id}/resend", { params })));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
  }
  return (
    <tr>
      <td>
        <bdi dir="ltr">{invitation.email}</bdi>
      </td>
      <td>{isKey(role) ? t(role) : invitation.role}</td>
      <td>
        <State invitation={invitation} />
      </td>
      <td>
        <div className="buttons start mt-0">
          <button type="button" onClick={resend}>
            {t("invite.resend")}
            <span className="sr-only">: {invitation.email}</span>
          </button>
          <button type="button" onClick={onRevoke}>
            {t("keys_page.revoke")}
            <span className="sr-only">: {invitation.email}</span>
          </button>
        </div>
      </td>
    </tr>
  );
}

function State({ invitation }: { invitation: Invitation }) {
  const { t, moment } = useI18n();
  if (Date.parse(invitation.expires_at) < Date.now()) return <span className="error">{t("invite.over")}</span>;
  return (
    <>
      {t("invite.until")} <Time at={invitation.expires_at}>{moment(invitation.expires_at)}</Time>
      {invitation.send_error && (
        <p className="error">
          {t("invite.failed")}: <bdi>{invitation.send_error}</bdi>
        </p>
      )}
    </>
  );
}

function Revoke({ invitation, onClose }: { invitation: Invitation | null; onClose: () => void }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  async function revoke() {
    if (!invitation) return;
    onClose();
    try {
      await dataOf(api.DELETE("/api/invitations/{id}", { params: { path: { id: invitation.id } } }));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
  }
  return (
    <Confirm
      open={invitation !== null}
      title={t("invite.revoke_title", { email: invitation?.email ?? "" })}
      text={t("invite.revoke_text")}
      verb={t("keys_page.revoke")}
      onConfirm={revoke}
      onCancel={onClose}
    />
  );
}
