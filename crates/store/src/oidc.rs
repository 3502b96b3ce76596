//! Browsers under way to the identity provider and back, and newcomers who came back from it.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result,
    db::{Row, execute, fetch, statements},
};

/// A browser that has gone to the provider.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Flow {
    /// Who links an identity with their account; `None`: somebody signs in.
    pub person_id: Option<Uuid>,
    pub next_path: Option<String>,
}

/// Somebody whom the provider knows and who has no account yet.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Newcomer {
    pub issuer: String,
    pub subject: String,
    /// Lower case.
    pub email: String,
    pub email_verified: bool,
}

statements! {
    BEGIN = "INSERT INTO oidc_flow (state_hash, browser_hash, person_id, next_path, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    TAKE = "DELETE FROM oidc_flow WHERE state_hash = $1 AND browser_hash = $2 AND expires_at > $3
        RETURNING person_id, next_path";
    INSERT_NEWCOMER = "INSERT INTO oidc_newcomer
          (token_hash, browser_hash, issuer, subject, email, email_verified, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    NEWCOMER = "SELECT issuer, subject, email, email_verified FROM oidc_newcomer
        WHERE token_hash = $1 AND browser_hash = $2 AND expires_at > $3";
    DELETE_NEWCOMER = "DELETE FROM oidc_newcomer WHERE token_hash = $1";
}

/// `browser_hash`: SHA-256 of the secret in the browser's cookie.
pub async fn begin(
    conn: &mut Conn<'_>,
    state_hash: &[u8; 32],
    browser_hash: &[u8; 32],
    flow: &Flow,
    now: Millis,
    expires_at: Millis,
) -> Result<()> {
    execute!(conn, BEGIN; state_hash.as_slice(), browser_hash.as_slice(), flow.person_id, flow.next_path.as_deref(),
        now, expires_at)?;
    Ok(())
}

/// Uses a state up; `None` when it is unknown, used, expired, or another browser's, which uses nothing up.
pub async fn take(
    conn: &mut Conn<'_>,
    state_hash: &[u8; 32],
    browser_hash: &[u8; 32],
    now: Millis,
) -> Result<Option<Flow>> {
    fetch!(optional, conn, TAKE => Flow; state_hash.as_slice(), browser_hash.as_slice(), now)
}

pub async fn insert_newcomer(
    conn: &mut Conn<'_>,
    token_hash: &[u8; 32],
    browser_hash: &[u8; 32],
    newcomer: &Newcomer,
    expires_at: Millis,
) -> Result<()> {
    execute!(conn, INSERT_NEWCOMER; token_hash.as_slice(), browser_hash.as_slice(), &newcomer.issuer,
        &newcomer.subject, &newcomer.email, newcomer.email_verified, expires_at)?;
    Ok(())
}

/// `None` when the token is unknown, used, expired, or another browser's.
pub async fn newcomer(
    conn: &mut Conn<'_>,
    token_hash: &[u8; 32],
    browser_hash: &[u8; 32],
    now: Millis,
) -> Result<Option<Newcomer>> {
    fetch!(optional, conn, NEWCOMER => Newcomer; token_hash.as_slice(), browser_hash.as_slice(), now)
}

/// Uses the token up; `false` when somebody has done so.
pub async fn delete_newcomer(conn: &mut Conn<'_>, token_hash: &[u8; 32]) -> Result<bool> {
    Ok(execute!(conn, DELETE_NEWCOMER; token_hash.as_slice())? == 1)
}
