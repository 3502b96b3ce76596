//! The schema's history. Both engines keep it in the table of sqlx, with each migration's checksum.

use sqlx::migrate::{MigrateError, Migrator};

use crate::{
    Conn, Error, Result,
    db::{fetch, statements},
};

pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");
static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// As sqlx makes it on `SQLite`.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
)";

statements! {
    IS_THERE = {
        sqlite: "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'",
        postgres: "SELECT count(*) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')",
    };
    APPLIED = "SELECT count(*) FROM _sqlx_migrations";
}

/// Applies what is missing, inside the transaction of `conn`: a second process waits, and finds nothing missing.
pub(crate) fn apply_to_sqlite(conn: &mut Conn<'_>) -> Result<()> {
    let Conn::Sqlite(conn) = conn else { return Err(Error::Configuration("not SQLite".into())) };
    let connection = conn.connection()?;
    connection.execute_batch(TABLE)?;
    let mut statement = connection.prepare("SELECT version, checksum FROM _sqlx_migrations")?;
    let applied = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<std::collections::BTreeMap<i64, Vec<u8>>>>()?;
    for version in applied.keys() {
        if !SQLITE.version_exists(*version) {
            return Err(MigrateError::VersionMissing(*version).into());
        }
    }
    for migration in SQLITE.iter() {
        match applied.get(&migration.version) {
            Some(checksum) if *checksum == *migration.checksum => {}
            Some(_) => return Err(MigrateError::VersionMismatch(migration.version).into()),
            None => {
                connection.execute_batch(migration.sql.as_str())?;
                connection.execute(
                    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES ($1, $2, TRUE, $3, 0)",
                    (migration.version, migration.description.as_ref(), migration.checksum.as_ref()),
                )?;
            }
        }
    }
    Ok(())
}

/// How many migrations this program knows that the database has not seen.
pub(crate) async fn pending(conn: &mut Conn<'_>) -> Result<usize> {
    let known = match conn {
        Conn::Sqlite(_) => SQLITE.iter().count(),
        Conn::Postgres(_) => POSTGRES.iter().count(),
    };
    let (is_there,) = fetch!(one, conn, IS_THERE => (i64,);)?;
    let applied = if is_there == 0 { 0 } else { fetch!(one, conn, APPLIED => (i64,);)?.0 };
    Ok(known.saturating_sub(usize::try_from(applied).unwrap_or(usize::MAX)))
}
