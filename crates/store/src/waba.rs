//! WhatsApp Business Accounts and the tokens they are used with.
//!
//! Two tenants never hold the same account at once: the index `waba_meta_id` refuses the second with
//! [`Error::Duplicate`](crate::Error::Duplicate), whichever of them asks later.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId, WabaStatus,
    db::{Row, execute, expect_rows, fetch, statements},
    number,
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Waba {
    pub id: Uuid,
    /// Meta's id.
    pub waba_id: String,
    pub name: Option<String>,
    pub status: WabaStatus,
    /// Envelope of the business token, for the place (`waba`, `token`, `id`).
    pub token: Option<Vec<u8>>,
    /// `None`: Meta gave no end.
    pub token_expires_at: Option<Millis>,
    /// The app-scoped Facebook user who consented.
    pub meta_user_id: Option<String>,
    /// Meta's id of the portfolio that owns it.
    pub business_id: Option<String>,
    /// The permissions that came with the token.
    pub scopes: Option<Json<Vec<String>>>,
    /// When the token was granted.
    pub consented_at: Option<Millis>,
    /// When the daily check last looked.
    pub checked_at: Option<Millis>,
}

/// A token that a person has granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant<'a> {
    /// Envelope for the place (`waba`, `token`, `id`).
    pub envelope: &'a [u8],
    /// `None`: Meta gave no end.
    pub expires_at: Option<Millis>,
    pub scopes: &'a [String],
    /// `None` keeps what is known; so does the next.
    pub meta_user_id: Option<&'a str>,
    pub business_id: Option<&'a str>,
}

/// How long after a grant, or after a check, an account is checked.
pub const CHECK_EVERY: Duration = Duration::from_hours(24);

/// Whose an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    pub tenant: TenantId,
    /// Our id of the account.
    pub waba: Uuid,
}

statements! {
    UPSERT = "INSERT INTO waba (tenant_id, id, waba_id, name, status, created_at, updated_at)
              VALUES ($1, $2, $3, $4, 'connected', $5, $5)
              ON CONFLICT (tenant_id, waba_id) DO UPDATE
                SET name = COALESCE(excluded.name, waba.name), status = 'connected', updated_at = excluded.updated_at
              RETURNING id";
    GET = "SELECT * FROM waba WHERE tenant_id = $1 AND id = $2";
    LIST = "SELECT * FROM waba WHERE tenant_id = $1 ORDER BY id";
    GRANTED = "UPDATE waba SET token = $3, token_expires_at = $4, scopes = $5, meta_user_id = COALESCE($6, meta_user_id),
                 business_id = COALESCE($7, business_id), consented_at = $8, next_check_at = $9, updated_at = $8
               WHERE tenant_id = $1 AND id = $2";
    SET_TOKEN = "UPDATE waba SET token = $3, token_expires_at = $4, meta_user_id = COALESCE($5, meta_user_id), updated_at = $6
                 WHERE tenant_id = $1 AND id = $2";
    FORGET = "UPDATE waba SET status = 'disconnected', token = NULL, token_expires_at = NULL, scopes = NULL, updated_at = $3
              WHERE tenant_id = $1 AND id = $2";
    // The lease is the next time itself: who dies in a check leaves it to whoever looks then.
    CLAIM_CHECKS = {
        sqlite: "UPDATE waba SET next_check_at = $2 WHERE (tenant_id, id) IN
                   (SELECT tenant_id, id FROM waba WHERE next_check_at <= $1 AND status = 'connected' AND token IS NOT NULL
                    ORDER BY next_check_at LIMIT $3)
                 RETURNING tenant_id, id",
        postgres: "UPDATE waba SET next_check_at = $2 FROM
                     (SELECT tenant_id, id FROM waba WHERE next_check_at <= $1 AND status = 'connected' AND token IS NOT NULL
                      ORDER BY next_check_at LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED) AS due
                   WHERE waba.tenant_id = due.tenant_id AND waba.id = due.id
                   RETURNING waba.tenant_id, waba.id",
    };
    // Who consents again later has not withdrawn that.
    OF_META_USER = "SELECT tenant_id, id FROM waba WHERE meta_user_id = $1 AND (consented_at IS NULL OR consented_at <= $2)
                    ORDER BY tenant_id, id";
    FORGET_PERSON = "UPDATE waba SET token = NULL, token_expires_at = NULL, scopes = NULL, meta_user_id = NULL, updated_at = $3
                     WHERE tenant_id = $1 AND id = $2";
    CHECKED = "UPDATE waba SET checked_at = $3, next_check_at = $4, token_expires_at = $5, scopes = $6, updated_at = $3
               WHERE tenant_id = $1 AND id = $2";
    SET_STATUS = "UPDATE waba SET status = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    HOLDERS = {
        sqlite: "SELECT w.waba_id, w.tenant_id, w.id FROM jsonb_each($1) AS x
                 JOIN waba AS w ON w.waba_id = x.value AND w.status <> 'disconnected'",
        postgres: "SELECT w.waba_id, w.tenant_id, w.id FROM jsonb_array_elements_text($1) AS x (value)
                   JOIN waba AS w ON w.waba_id = x.value AND w.status <> 'disconnected'",
    };
}

/// Makes the account the tenant's, or connects it again; its id. The token follows with [`set_grant`], since its envelope
/// names this id.
///
/// # Errors
/// [`Error::Duplicate`](crate::Error::Duplicate): another tenant holds the account.
pub async fn upsert(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    new_id: Uuid,
    waba_id: &str,
    name: Option<&str>,
    now: Millis,
) -> Result<Uuid> {
    let (id,) = fetch!(one, conn, UPSERT => (Uuid,); tenant, new_id, waba_id, name, now)?;
    Ok(id)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Waba>> {
    fetch!(optional, conn, GET => Waba; tenant, id)
}

/// All accounts of the tenant, oldest first, disconnected ones too.
pub async fn list(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<Waba>> {
    fetch!(all, conn, LIST => Waba; tenant)
}

/// Puts a token that was just granted in place of the old one. It is checked a day later.
pub async fn set_grant(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, grant: &Grant<'_>, now: Millis) -> Result<()> {
    let touched = execute!(conn, GRANTED; tenant, id, grant.envelope, grant.expires_at, Json(grant.scopes),
        grant.meta_user_id, grant.business_id, now, now + CHECK_EVERY)?;
    expect_rows("waba", 1, touched)
}

/// Puts a token that lasts longer in place of the one it was made from: what was granted is the same.
/// `meta_user_id: None` keeps what is known.
pub async fn set_token(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    envelope: &[u8],
    expires_at: Option<Millis>,
    meta_user_id: Option<&str>,
    now: Millis,
) -> Result<()> {
    expect_rows("waba", 1, execute!(conn, SET_TOKEN; tenant, id, envelope, expires_at, meta_user_id, now)?)
}

/// Disconnects the account and destroys its token.
pub async fn forget(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<()> {
    expect_rows("waba", 1, execute!(conn, FORGET; tenant, id, now)?)
}

/// The accounts whose check is due, which nobody else is given before `until`. Needs
/// [`Scope::System`](crate::Scope::System).
pub async fn claim_checks(conn: &mut Conn<'_>, now: Millis, until: Millis, limit: i64) -> Result<Vec<Holder>> {
    let rows = fetch!(all, conn, CLAIM_CHECKS => (TenantId, Uuid); now, until, limit)?;
    Ok(rows.into_iter().map(|(tenant, waba)| Holder { tenant, waba }).collect())
}

/// The accounts whose token this app-scoped Facebook user granted, no later than `until`. Needs
/// [`Scope::System`](crate::Scope::System).
pub async fn of_meta_user(conn: &mut Conn<'_>, meta_user_id: &str, until: Millis) -> Result<Vec<Holder>> {
    let rows = fetch!(all, conn, OF_META_USER => (TenantId, Uuid); meta_user_id, until)?;
    Ok(rows.into_iter().map(|(tenant, waba)| Holder { tenant, waba }).collect())
}

/// Destroys the token and what tells who granted it.
pub async fn forget_person(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<()> {
    expect_rows("waba", 1, execute!(conn, FORGET_PERSON; tenant, id, now)?)
}

/// What Meta says of the token now; the account is looked at again a day later.
pub async fn checked(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    expires_at: Option<Millis>,
    scopes: &[String],
    now: Millis,
) -> Result<()> {
    let touched = execute!(conn, CHECKED; tenant, id, now, now + CHECK_EVERY, expires_at, Json(scopes))?;
    expect_rows("waba", 1, touched)
}

pub async fn set_status(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    status: WabaStatus,
    now: Millis,
) -> Result<()> {
    expect_rows("waba", 1, execute!(conn, SET_STATUS; tenant, id, status, now)?)
}

/// The token no longer works: the account and its connected numbers wait for a person to connect again, and `problem`
/// says so on each. How many numbers that changed: 0 when it was known already.
pub async fn reauth_required(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    problem: &str,
    now: Millis,
) -> Result<u64> {
    set_status(conn, tenant, id, WabaStatus::ReauthRequired, now).await?;
    number::reauth_required_of_waba(conn, tenant, id, problem, now).await
}

/// The account works again, and with it the numbers that waited for that. How many numbers that changed.
pub async fn reconnected(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<u64> {
    set_status(conn, tenant, id, WabaStatus::Connected, now).await?;
    number::reconnected_of_waba(conn, tenant, id, now).await
}

/// Whose the accounts with these ids of Meta's are; those nobody holds are left out. Before a tenant is known: needs
/// [`Scope::System`](crate::Scope::System).
pub async fn holders(conn: &mut Conn<'_>, waba_ids: &[&str]) -> Result<Vec<(String, Holder)>> {
    if waba_ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = fetch!(all, conn, HOLDERS => (String, TenantId, Uuid); Json(waba_ids))?;
    Ok(rows.into_iter().map(|(waba_id, tenant, waba)| (waba_id, Holder { tenant, waba })).collect())
}
