//! What proves for a while, and once, that a mail was received or a password known. Only the SHA-256 of a token is kept.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, TokenPurpose,
    db::{execute, fetch, statements},
};

statements! {
    INSERT = "INSERT INTO person_token (token_hash, person_id, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    PERSON = "SELECT person_id FROM person_token WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3";
    TAKE = "DELETE FROM person_token WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3 RETURNING person_id";
    DELETE_ALL = "DELETE FROM person_token WHERE person_id = $1 AND purpose = $2";
}

pub async fn insert(
    conn: &mut Conn<'_>,
    token_hash: &[u8; 32],
    person: Uuid,
    purpose: TokenPurpose,
    now: Millis,
    expires_at: Millis,
) -> Result<()> {
    execute!(conn, INSERT; token_hash.as_slice(), person, purpose, now, expires_at)?;
    Ok(())
}

/// Whose token this is; `None` when it is unknown, used or expired.
pub async fn person(
    conn: &mut Conn<'_>,
    token_hash: &[u8; 32],
    purpose: TokenPurpose,
    now: Millis,
) -> Result<Option<Uuid>> {
    let row = fetch!(optional, conn, PERSON => (Uuid,); token_hash.as_slice(), purpose, now)?;
    Ok(row.map(|(person,)| person))
}

/// As [`person`], and uses the token up: of two at once, one gets it.
pub async fn take(
    conn: &mut Conn<'_>,
    token_hash: &[u8; 32],
    purpose: TokenPurpose,
    now: Millis,
) -> Result<Option<Uuid>> {
    let row = fetch!(optional, conn, TAKE => (Uuid,); token_hash.as_slice(), purpose, now)?;
    Ok(row.map(|(person,)| person))
}

pub async fn delete_all(conn: &mut Conn<'_>, person: Uuid, purpose: TokenPurpose) -> Result<()> {
    execute!(conn, DELETE_ALL; person, purpose)?;
    Ok(())
}
