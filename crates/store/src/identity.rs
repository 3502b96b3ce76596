//! Who people are at the platform's identity provider. A person belongs to no tenant, and so does this.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Identity {
    pub issuer: String,
    /// Never changes at the provider.
    pub subject: String,
    pub id: Uuid,
    pub person_id: Uuid,
    /// As the provider told it last.
    pub email: Option<String>,
    pub created_at: Millis,
    pub last_used_at: Millis,
}

statements! {
    // Of two at once for one subject, one is inserted; whose it is, is read afterwards.
    INSERT = "INSERT INTO identity (issuer, subject, id, person_id, email, created_at, last_used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (issuer, subject) DO NOTHING";
    BY_SUBJECT = "SELECT issuer, subject, id, person_id, email, created_at, last_used_at FROM identity
        WHERE issuer = $1 AND subject = $2";
    OF_PERSON = "SELECT issuer, subject, id, person_id, email, created_at, last_used_at FROM identity
        WHERE person_id = $1 ORDER BY created_at, id";
    USED = "UPDATE identity SET email = $3, last_used_at = $4 WHERE issuer = $1 AND subject = $2";
    DELETE = "DELETE FROM identity WHERE person_id = $1 AND id = $2";
    DELETE_ALL = "DELETE FROM identity WHERE person_id = $1";
}

/// `false`: somebody has this subject already, perhaps the same person.
pub async fn insert(conn: &mut Conn<'_>, it: &Identity) -> Result<bool> {
    let rows = execute!(conn, INSERT; &it.issuer, &it.subject, it.id, it.person_id, it.email.as_deref(), it.created_at,
        it.last_used_at)?;
    Ok(rows == 1)
}

pub async fn by_subject(conn: &mut Conn<'_>, issuer: &str, subject: &str) -> Result<Option<Identity>> {
    fetch!(optional, conn, BY_SUBJECT => Identity; issuer, subject)
}

/// The oldest first.
pub async fn of_person(conn: &mut Conn<'_>, person: Uuid) -> Result<Vec<Identity>> {
    fetch!(all, conn, OF_PERSON => Identity; person)
}

/// Somebody has signed in with it.
pub async fn used(conn: &mut Conn<'_>, issuer: &str, subject: &str, email: Option<&str>, now: Millis) -> Result<()> {
    execute!(conn, USED; issuer, subject, email, now)?;
    Ok(())
}

/// How many the person had.
pub async fn delete_all(conn: &mut Conn<'_>, person: Uuid) -> Result<u64> {
    execute!(conn, DELETE_ALL; person)
}

/// Whether the person had it.
pub async fn delete(conn: &mut Conn<'_>, person: Uuid, id: Uuid) -> Result<bool> {
    Ok(execute!(conn, DELETE; person, id)? == 1)
}
