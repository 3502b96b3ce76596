//! Whose knowledge is to be made ready for being searched, and who is at it.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Preparation {
    pub tenant_id: TenantId,
    pub bot_id: Uuid,
    pub due_at: Millis,
    /// Until then nobody else is at it.
    pub lease_until: Millis,
    /// How often it was asked for.
    pub asked: i64,
    /// How often somebody has begun with it: whoever is at it holds the number.
    pub attempts: i64,
    /// How often in a row it failed.
    pub failures: i64,
}

statements! {
    // Many changes in a row do not put it off; one that has failed is tried with what is new.
    ASK = "INSERT INTO bot_preparation (tenant_id, bot_id, due_at, lease_until, asked, attempts, failures)
           VALUES ($1, $2, $3, 0, 1, 0, 0)
           ON CONFLICT (tenant_id, bot_id) DO UPDATE SET asked = bot_preparation.asked + 1, failures = 0,
             due_at = CASE WHEN bot_preparation.failures = 0 AND bot_preparation.due_at < excluded.due_at
                           THEN bot_preparation.due_at ELSE excluded.due_at END";
    ASK_ALL = "INSERT INTO bot_preparation (tenant_id, bot_id, due_at, lease_until, asked, attempts, failures)
               SELECT tenant_id, id, $2, 0, 1, 0, 0 FROM bot WHERE tenant_id = $1
               ON CONFLICT (tenant_id, bot_id) DO UPDATE
                 SET asked = bot_preparation.asked + 1, failures = 0, due_at = excluded.due_at";
    IS_ASKED = "SELECT count(*) FROM bot_preparation WHERE tenant_id = $1 AND bot_id = $2";
    // A tenant has one at a time: with a slow model it would keep all others waiting.
    DUE = "SELECT count(*) FROM bot_preparation AS p JOIN tenant AS t ON t.id = p.tenant_id
           WHERE p.due_at <= $1 AND p.lease_until <= $1 AND t.status = 'active' AND NOT EXISTS (
             SELECT 1 FROM bot_preparation AS o WHERE o.tenant_id = p.tenant_id AND o.lease_until > $1)";
    CLAIM = {
        sqlite: "UPDATE bot_preparation SET lease_until = $2, attempts = attempts + 1
                 WHERE (tenant_id, bot_id) = (
                   SELECT p.tenant_id, p.bot_id FROM bot_preparation AS p JOIN tenant AS t ON t.id = p.tenant_id
                   WHERE p.due_at <= $1 AND p.lease_until <= $1 AND t.status = 'active' AND NOT EXISTS (
                     SELECT 1 FROM bot_preparation AS o WHERE o.tenant_id = p.tenant_id AND o.lease_until > $1)
                   ORDER BY p.due_at LIMIT 1)
                 RETURNING *",
        postgres: "UPDATE bot_preparation SET lease_until = $2, attempts = attempts + 1
                 WHERE (tenant_id, bot_id) = (
                   SELECT p.tenant_id, p.bot_id FROM bot_preparation AS p JOIN tenant AS t ON t.id = p.tenant_id
                   WHERE p.due_at <= $1 AND p.lease_until <= $1 AND t.status = 'active' AND NOT EXISTS (
                     SELECT 1 FROM bot_preparation AS o WHERE o.tenant_id = p.tenant_id AND o.lease_until > $1)
                   ORDER BY p.due_at LIMIT 1
                   FOR UPDATE OF p SKIP LOCKED)
                 RETURNING *",
    };
    KEEP = "UPDATE bot_preparation SET lease_until = $4 WHERE tenant_id = $1 AND bot_id = $2 AND attempts = $3
              AND EXISTS (SELECT 1 FROM tenant AS t WHERE t.id = $1 AND t.status = 'active')";
    FINISH = "DELETE FROM bot_preparation WHERE tenant_id = $1 AND bot_id = $2 AND attempts = $3 AND asked = $4";
    LEAVE = "UPDATE bot_preparation SET lease_until = 0, due_at = $4, failures = $5
             WHERE tenant_id = $1 AND bot_id = $2 AND attempts = $3";
    LAPSE_ALL = "UPDATE bot_preparation SET lease_until = 0 WHERE lease_until > 0";
}

/// What a bot knows is to be made ready, by `due_at` or earlier where that was asked for.
pub async fn ask(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, due_at: Millis) -> Result<()> {
    execute!(conn, ASK; tenant, bot, due_at)?;
    Ok(())
}

/// As [`ask`], of all bots of a tenant.
pub async fn ask_all(conn: &mut Conn<'_>, tenant: TenantId, due_at: Millis) -> Result<()> {
    execute!(conn, ASK_ALL; tenant, due_at)?;
    Ok(())
}

/// Whether a bot's knowledge is not ready, and somebody is to see to it.
pub async fn is_asked(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<bool> {
    let (count,) = fetch!(one, conn, IS_ASKED => (i64,); tenant, bot)?;
    Ok(count > 0)
}

/// How many are due that nobody is at, of tenants of which nobody is at another.
pub async fn due(conn: &mut Conn<'_>, now: Millis) -> Result<i64> {
    let (count,) = fetch!(one, conn, DUE => (i64,); now)?;
    Ok(count)
}

/// Takes up the one that has waited longest, of a tenant of which nobody is at another. Needs [`Scope::System`](crate::Scope::System).
pub async fn claim(conn: &mut Conn<'_>, now: Millis, until: Millis) -> Result<Option<Preparation>> {
    fetch!(optional, conn, CLAIM => Preparation; now, until)
}

/// Nobody else is at it before `until`. `false`: somebody is, it is gone, or its tenant has been suspended.
pub async fn keep(conn: &mut Conn<'_>, it: &Preparation, until: Millis) -> Result<bool> {
    Ok(execute!(conn, KEEP; it.tenant_id, it.bot_id, it.attempts, until)? == 1)
}

/// `false`: it was asked for once more meanwhile, or somebody else is at it.
pub async fn finish(conn: &mut Conn<'_>, it: &Preparation) -> Result<bool> {
    Ok(execute!(conn, FINISH; it.tenant_id, it.bot_id, it.attempts, it.asked)? == 1)
}

/// Lets it go until `due_at`.
pub async fn leave(conn: &mut Conn<'_>, it: &Preparation, due_at: Millis, failures: i64) -> Result<()> {
    execute!(conn, LEAVE; it.tenant_id, it.bot_id, it.attempts, due_at, failures)?;
    Ok(())
}

/// Lets every claim lapse. Only right when no other process can be at it: at the start on SQLite.
pub async fn lapse_all(conn: &mut Conn<'_>) -> Result<()> {
    execute!(conn, LAPSE_ALL;)?;
    Ok(())
}
