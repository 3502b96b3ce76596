//! Authenticator apps and recovery codes of people. The secret is an envelope under a data key of the person's own.

use std::fmt;

use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Clone, PartialEq, Eq, Row)]
pub struct SecondFactor {
    pub person_id: Uuid,
    pub key_id: Uuid,
    pub master_key_id: String,
    pub wrapped: Vec<u8>,
    /// Envelope, for the place (`second_factor`, `secret`, person).
    pub secret: Vec<u8>,
    pub created_at: Millis,
    /// `None`: enrolment has begun, and no code has shown yet that the app has the secret.
    pub confirmed_at: Option<Millis>,
    /// The 30-second step of the last code that was taken.
    pub last_step: i64,
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactor").field("person_id", &self.person_id).finish_non_exhaustive()
    }
}

statements! {
    PUT = "INSERT INTO second_factor (person_id, key_id, master_key_id, wrapped, secret, created_at, last_step)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (person_id) DO UPDATE SET key_id = excluded.key_id, master_key_id = excluded.master_key_id,
          wrapped = excluded.wrapped, secret = excluded.secret, created_at = excluded.created_at,
          last_step = excluded.last_step
        WHERE second_factor.confirmed_at IS NULL";
    GET = "SELECT person_id, key_id, master_key_id, wrapped, secret, created_at, confirmed_at, last_step
        FROM second_factor WHERE person_id = $1";
    CONFIRM = "UPDATE second_factor SET confirmed_at = $2 WHERE person_id = $1 AND confirmed_at IS NULL";
    TAKE_STEP = "UPDATE second_factor SET last_step = $2 WHERE person_id = $1 AND last_step < $2";
    DELETE = "DELETE FROM second_factor WHERE person_id = $1";
    INSERT_CODES = {
        sqlite: "INSERT INTO recovery_code (person_id, code_hash) SELECT $1, unhex(value) FROM jsonb_each($2)",
        postgres: "INSERT INTO recovery_code (person_id, code_hash)
                 SELECT $1, decode(value, 'hex') FROM jsonb_array_elements_text($2)",
    };
    DELETE_CODES = "DELETE FROM recovery_code WHERE person_id = $1";
    USE_CODE = "UPDATE recovery_code SET used_at = $3 WHERE person_id = $1 AND code_hash = $2 AND used_at IS NULL";
    CODES_LEFT = "SELECT count(*) FROM recovery_code WHERE person_id = $1 AND used_at IS NULL";
    UNDER_OTHER_MASTER = "SELECT person_id, key_id, master_key_id, wrapped, secret, created_at, confirmed_at, last_step
        FROM second_factor WHERE master_key_id <> $1 ORDER BY person_id LIMIT $2";
    MASTER_KEYS_IN_USE = "SELECT DISTINCT master_key_id FROM second_factor ORDER BY master_key_id";
    UNDER_MASTER = "SELECT person_id, key_id, master_key_id, wrapped, secret, created_at, confirmed_at, last_step
        FROM second_factor WHERE master_key_id = $1 ORDER BY person_id LIMIT 1";
    UNDER_OLDER_KEY = "SELECT person_id, key_id, master_key_id, wrapped, secret, created_at, confirmed_at, last_step
        FROM second_factor WHERE key_id < $1 AND person_id > $2 ORDER BY person_id LIMIT $3";
    RESEAL = "UPDATE second_factor SET key_id = $3, master_key_id = $4, wrapped = $5, secret = $6
        WHERE person_id = $1 AND key_id = $2";
    REWRAP = "UPDATE second_factor SET master_key_id = $3, wrapped = $4 WHERE person_id = $1 AND key_id = $2";
}

/// Begins an enrolment, in place of one that was not confirmed; `false` when one is confirmed already.
pub async fn put(conn: &mut Conn<'_>, it: &SecondFactor) -> Result<bool> {
    let rows = execute!(conn, PUT; it.person_id, it.key_id, &it.master_key_id, it.wrapped.as_slice(),
        it.secret.as_slice(), it.created_at, it.last_step)?;
    Ok(rows == 1)
}

/// Unconfirmed ones too.
pub async fn get(conn: &mut Conn<'_>, person: Uuid) -> Result<Option<SecondFactor>> {
    fetch!(optional, conn, GET => SecondFactor; person)
}

/// Whether it was waiting for that.
pub async fn confirm(conn: &mut Conn<'_>, person: Uuid, now: Millis) -> Result<bool> {
    Ok(execute!(conn, CONFIRM; person, now)? == 1)
}

/// Uses a code's step up, and all before it; `false` when that has happened before.
pub async fn take_step(conn: &mut Conn<'_>, person: Uuid, step: i64) -> Result<bool> {
    Ok(execute!(conn, TAKE_STEP; person, step)? == 1)
}

/// With its recovery codes; whether there was one.
pub async fn delete(conn: &mut Conn<'_>, person: Uuid) -> Result<bool> {
    Ok(execute!(conn, DELETE; person)? == 1)
}

/// Puts these recovery codes in place of all the person has.
pub async fn replace_codes(conn: &mut Conn<'_>, person: Uuid, hashes: &[[u8; 32]]) -> Result<()> {
    execute!(conn, DELETE_CODES; person)?;
    let hashes: Vec<String> = hashes.iter().map(hex).collect();
    expect_rows("recovery_code", hashes.len() as u64, execute!(conn, INSERT_CODES; person, Json(&hashes))?)
}

fn hex(bytes: &[u8; 32]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Uses a recovery code up; `false` when there is none of this hash that is unused.
pub async fn use_code(conn: &mut Conn<'_>, person: Uuid, code_hash: &[u8; 32], now: Millis) -> Result<bool> {
    Ok(execute!(conn, USE_CODE; person, code_hash.as_slice(), now)? == 1)
}

pub async fn codes_left(conn: &mut Conn<'_>, person: Uuid) -> Result<i64> {
    let (count,) = fetch!(one, conn, CODES_LEFT => (i64,); person)?;
    Ok(count)
}

/// Those whose data key another master key than `master_key_id` wraps: what a rotation has still to do.
pub async fn under_other_master(conn: &mut Conn<'_>, master_key_id: &str, limit: i64) -> Result<Vec<SecondFactor>> {
    fetch!(all, conn, UNDER_OTHER_MASTER => SecondFactor; master_key_id, limit)
}

/// The ids of all master keys that wrap a person's key. Every one of them is still needed.
pub async fn master_keys_in_use(conn: &mut Conn<'_>) -> Result<Vec<String>> {
    let rows = fetch!(all, conn, MASTER_KEYS_IN_USE => (String,);)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Some person's whose key `master_key_id` wraps, to try the master key on.
pub async fn under_master(conn: &mut Conn<'_>, master_key_id: &str) -> Result<Option<SecondFactor>> {
    fetch!(optional, conn, UNDER_MASTER => SecondFactor; master_key_id)
}

pub async fn rewrap(conn: &mut Conn<'_>, person: Uuid, key: Uuid, master_key_id: &str, wrapped: &[u8]) -> Result<()> {
    expect_rows("second_factor", 1, execute!(conn, REWRAP; person, key, master_key_id, wrapped)?)
}

/// Those whose data key is older than `since`, an id of a moment; `after`: the last of the batch before.
pub async fn under_older_key(conn: &mut Conn<'_>, since: Uuid, after: Uuid, limit: i64) -> Result<Vec<SecondFactor>> {
    fetch!(all, conn, UNDER_OLDER_KEY => SecondFactor; since, after, limit)
}

/// Puts the key and the secret of `it` in place of what the key `old` sealed; `false` when that is not there any more.
pub async fn reseal(conn: &mut Conn<'_>, old: Uuid, it: &SecondFactor) -> Result<bool> {
    let rows = execute!(conn, RESEAL; it.person_id, old, it.key_id, &it.master_key_id, it.wrapped.as_slice(),
        it.secret.as_slice())?;
    Ok(rows == 1)
}
