//! Mails: queued with what causes them, written and given their token only when they are sent.
//!
//! So no token waits in the queue in the clear, and a mail that has become pointless meanwhile is never sent.

mod texts;
mod write;

use std::{fmt, time::Duration};

use switchboard_store::{Conn, MailKind, Millis, Scope, TenantId, invitation, mail, mail::Mail, new_id};
use uuid::Uuid;

use crate::{Accounts, Result};

/// How long one try may take before another process takes the mail over. Longer than any time-out of the sender.
const LEASE: Duration = Duration::from_mins(2);
/// Between the first try and the second; twice as long every time.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// Tries: the last comes about an hour after the first. What has not left by then is pointless.
const MAX_TRIES: i64 = 8;
/// Mails that have waited for longer, because nothing sent any, are dropped: nobody looks for them any more.
const LIFE: Duration = Duration::from_hours(24);

/// A mail, ready to be sent. Its text holds a token.
#[derive(Clone)]
pub struct OutgoingMail {
    row: Mail,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl OutgoingMail {
    pub fn id(&self) -> Uuid {
        self.row.id
    }

    pub fn kind(&self) -> MailKind {
        self.row.kind
    }

    pub fn recipient(&self) -> &str {
        &self.row.recipient
    }
}

impl fmt::Debug for OutgoingMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingMail").field("id", &self.row.id).field("kind", &self.row.kind).finish_non_exhaustive()
    }
}

/// What becomes of a mail that could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailFate {
    /// It is tried again at this time.
    TriedAgain(Millis),
    /// It never leaves. Whoever wants it has to ask again.
    GivenUp,
}

impl Accounts {
    /// The next mail that is to leave; `None` when there is none. It is the caller's for two minutes.
    pub async fn next_mail(&self) -> Result<Option<OutgoingMail>> {
        loop {
            let now = self.now();
            let mut tx = self.db.write(Scope::System).await?;
            let mut conn = tx.conn();
            let Some(row) = mail::claim(&mut conn, now, now + LEASE).await? else { return Ok(None) };
            let is_stale = row.created_at + LIFE <= now;
            let written = if is_stale { None } else { self.write_mail(&mut conn, &row, now).await? };
            if written.is_none() {
                give_up(&mut conn, &row, is_stale.then_some("the mail server was away for too long")).await?;
            }
            tx.commit().await?;
            if let Some(written) = written {
                let (subject, text, html) = (written.subject(), written.text(), written.html());
                return Ok(Some(OutgoingMail { row, subject, text, html }));
            }
        }
    }

    /// The mail server has taken it.
    pub async fn mail_sent(&self, sent: &OutgoingMail) -> Result<()> {
        let mut tx = self.db.write(Scope::System).await?;
        mail::delete(&mut tx.conn(), &sent.row).await?;
        if let Some((tenant, id)) = invitation_of(&sent.row) {
            invitation::sent(&mut tx.conn(), tenant, id, self.now()).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The mail server has not taken it. `permanent`: it never will. `why` holds no secret; people may read it.
    pub async fn mail_failed(&self, failed: &OutgoingMail, permanent: bool, why: &str) -> Result<MailFate> {
        let row = &failed.row;
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let fate = if permanent || row.attempts >= MAX_TRIES {
            give_up(&mut conn, row, Some(why)).await?;
            MailFate::GivenUp
        } else {
            let at = self.now() + wait_after(row.attempts);
            mail::postpone(&mut conn, row, at).await?;
            MailFate::TriedAgain(at)
        };
        tx.commit().await?;
        Ok(fate)
    }
}

/// Takes a mail out of the queue that has not left. `why`: what whoever invited is told.
async fn give_up(conn: &mut Conn<'_>, row: &Mail, why: Option<&str>) -> Result<()> {
    mail::delete(conn, row).await?;
    if let (Some((tenant, id)), Some(why)) = (invitation_of(row), why) {
        invitation::not_sent(conn, tenant, id, why).await?;
    }
    Ok(())
}

/// Queues a mail to a person, in the transaction that causes it. Whoever commits that wakes the sender.
pub(crate) async fn queue(conn: &mut Conn<'_>, kind: MailKind, recipient: &str, now: Millis) -> Result<()> {
    insert(conn, kind, recipient, None, now).await
}

/// Queues an invitation's mail, in place of one that waits still.
pub(crate) async fn queue_invitation(
    conn: &mut Conn<'_>,
    recipient: &str,
    tenant: TenantId,
    id: Uuid,
    now: Millis,
) -> Result<()> {
    mail::delete_of_invitation(conn, tenant, id).await?;
    insert(conn, MailKind::Invitation, recipient, Some((tenant, id)), now).await
}

async fn insert(
    conn: &mut Conn<'_>,
    kind: MailKind,
    recipient: &str,
    invitation: Option<(TenantId, Uuid)>,
    now: Millis,
) -> Result<()> {
    let mail = Mail {
        id: new_id(now),
        kind,
        recipient: recipient.to_owned(),
        tenant_id: invitation.map(|(tenant, _)| tenant),
        invitation_id: invitation.map(|(_, id)| id),
        created_at: now,
        due_at: now,
        attempts: 0,
    };
    Ok(mail::insert(conn, &mail).await?)
}

fn invitation_of(row: &Mail) -> Option<(TenantId, Uuid)> {
    row.tenant_id.zip(row.invitation_id)
}

/// After so many tries.
fn wait_after(tries: i64) -> Duration {
    FIRST_WAIT * 2_u32.saturating_pow(u32::try_from(tries - 1).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_all_tries_together_take_about_an_hour() {
        let waits: Vec<u64> = (1..MAX_TRIES).map(|tries| wait_after(tries).as_secs()).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920]);
        assert!((3600..4000).contains(&waits.iter().sum::<u64>()));
    }
}
