//! Mails that are to leave: what each is about, never its text.

use uuid::Uuid;

use crate::{
    Conn, MailKind, Millis, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Mail {
    pub id: Uuid,
    pub kind: MailKind,
    /// Lower case.
    pub recipient: String,
    /// With [`MailKind::Invitation`].
    pub tenant_id: Option<TenantId>,
    /// With [`MailKind::Invitation`].
    pub invitation_id: Option<Uuid>,
    pub created_at: Millis,
    /// When it is tried next; while it is being sent: when somebody else may try.
    pub due_at: Millis,
    /// Tries begun.
    pub attempts: i64,
}

statements! {
    INSERT = "INSERT INTO mail (id, kind, recipient, tenant_id, invitation_id, created_at, due_at, attempts)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CLAIM = {
        sqlite: "UPDATE mail SET due_at = $2, attempts = attempts + 1
                 WHERE id = (SELECT id FROM mail WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1)
                 RETURNING id, kind, recipient, tenant_id, invitation_id, created_at, due_at, attempts",
        postgres: "UPDATE mail SET due_at = $2, attempts = attempts + 1
                 WHERE id = (SELECT id FROM mail WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
                 RETURNING id, kind, recipient, tenant_id, invitation_id, created_at, due_at, attempts",
    };
    DELETE = "DELETE FROM mail WHERE id = $1 AND attempts = $2";
    POSTPONE = "UPDATE mail SET due_at = $3 WHERE id = $1 AND attempts = $2";
    OF_INVITATION = "DELETE FROM mail WHERE tenant_id = $1 AND invitation_id = $2";
}

/// Queues a mail.
pub async fn insert(conn: &mut Conn<'_>, mail: &Mail) -> Result<()> {
    execute!(conn, INSERT; mail.id, mail.kind, &mail.recipient, mail.tenant_id, mail.invitation_id, mail.created_at,
        mail.due_at, mail.attempts)?;
    Ok(())
}

/// The mail that has been due the longest, as the caller's until `lease_until`. Needs
/// [`Scope::System`](crate::Scope::System), as all that follows unless it takes a tenant.
pub async fn claim(conn: &mut Conn<'_>, now: Millis, lease_until: Millis) -> Result<Option<Mail>> {
    fetch!(optional, conn, CLAIM => Mail; now, lease_until)
}

/// Takes a mail out of the queue, unless another try of it has begun.
pub async fn delete(conn: &mut Conn<'_>, mail: &Mail) -> Result<()> {
    execute!(conn, DELETE; mail.id, mail.attempts)?;
    Ok(())
}

/// Tries a mail again at `due_at`, unless another try of it has begun.
pub async fn postpone(conn: &mut Conn<'_>, mail: &Mail, due_at: Millis) -> Result<()> {
    execute!(conn, POSTPONE; mail.id, mail.attempts, due_at)?;
    Ok(())
}

/// Takes what waits for an invitation out of the queue.
pub async fn delete_of_invitation(conn: &mut Conn<'_>, tenant: TenantId, invitation: Uuid) -> Result<()> {
    execute!(conn, OF_INVITATION; tenant, invitation)?;
    Ok(())
}
