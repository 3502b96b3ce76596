//! People who sign in. A person belongs to no tenant; [`membership`](crate::membership) says for whom they work.

use std::fmt;

use uuid::Uuid;

use crate::{
    Conn, Language, Millis, Result,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Clone, PartialEq, Eq, Row)]
pub struct Person {
    pub id: Uuid,
    /// Lower case: the address is the login.
    pub email: String,
    pub name: String,
    /// A PHC string, or [`NO_PASSWORD`].
    pub password_hash: String,
    pub created_at: Millis,
    /// `None`: the address is not proved to be the person's.
    pub email_verified_at: Option<Millis>,
    pub language: Language,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("id", &self.id).finish_non_exhaustive()
    }
}

/// In the place of a password's hash: the person signs in at the identity provider alone.
pub const NO_PASSWORD: &str = "";

impl Person {
    pub fn has_password(&self) -> bool {
        self.password_hash != NO_PASSWORD
    }
}

statements! {
    LOCK = {
        sqlite: "SELECT id FROM person WHERE id = $1",
        postgres: "SELECT id FROM person WHERE id = $1 FOR NO KEY UPDATE",
    };
    INSERT = "INSERT INTO person (id, email, name, password_hash, created_at, email_verified_at, language)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    GET = "SELECT id, email, name, password_hash, created_at, email_verified_at, language
        FROM person WHERE id = $1";
    BY_EMAIL = "SELECT id, email, name, password_hash, created_at, email_verified_at, language
        FROM person WHERE email = $1";
    SET_PASSWORD_HASH = "UPDATE person SET password_hash = $2 WHERE id = $1";
    EMAIL_VERIFIED = "UPDATE person SET email_verified_at = $2 WHERE id = $1 AND email_verified_at IS NULL";
    SET_NAME = "UPDATE person SET name = $2 WHERE id = $1";
    SET_LANGUAGE = "UPDATE person SET language = $2 WHERE id = $1";
}

/// [`Error::Duplicate`](crate::Error::Duplicate) when someone has the e-mail address already.
pub async fn insert(conn: &mut Conn<'_>, person: &Person) -> Result<()> {
    execute!(conn, INSERT; person.id, person.email.to_lowercase(), &person.name, &person.password_hash, person.created_at,
        person.email_verified_at, person.language)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<Person>> {
    fetch!(optional, conn, GET => Person; id)
}

/// Whatever the case of `email`.
pub async fn by_email(conn: &mut Conn<'_>, email: &str) -> Result<Option<Person>> {
    fetch!(optional, conn, BY_EMAIL => Person; email.to_lowercase())
}

/// Makes the caller the only one who changes how the person signs in, until the transaction ends.
pub async fn lock(conn: &mut Conn<'_>, id: Uuid) -> Result<()> {
    let row = fetch!(optional, conn, LOCK => (Uuid,); id)?;
    expect_rows("person", 1, u64::from(row.is_some()))
}

pub async fn set_password_hash(conn: &mut Conn<'_>, id: Uuid, password_hash: &str) -> Result<()> {
    expect_rows("person", 1, execute!(conn, SET_PASSWORD_HASH; id, password_hash)?)
}

/// Notes that the address is the person's; once is enough.
pub async fn email_verified(conn: &mut Conn<'_>, id: Uuid, now: Millis) -> Result<()> {
    execute!(conn, EMAIL_VERIFIED; id, now)?;
    Ok(())
}

pub async fn set_name(conn: &mut Conn<'_>, id: Uuid, name: &str) -> Result<()> {
    expect_rows("person", 1, execute!(conn, SET_NAME; id, name)?)
}

pub async fn set_language(conn: &mut Conn<'_>, id: Uuid, language: Language) -> Result<()> {
    expect_rows("person", 1, execute!(conn, SET_LANGUAGE; id, language)?)
}
