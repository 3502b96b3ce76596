//! One database handle over two engines.
//!
//! A repository function is written once: one SQL text where both engines take it, a pair where they differ, one list of
//! binds. [`fetch!`] and [`execute!`] expand it for whichever engine is underneath.

use std::{path::PathBuf, str::FromStr, time::Duration};

use sqlx::{
    AssertSqlSafe, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Error, Result, TenantId};

/// A statement, in the words of each engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// Declares a module's statements and the list by which a test prepares each of them on both engines.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:tt;)+) => {
        $($(#[$meta])* const $name: $crate::db::Sql = $crate::db::sql!($text);)+
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, $crate::db::Sql)] = &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use statements;

macro_rules! sql {
    ($text:literal) => {
        $crate::db::Sql { sqlite: $text, postgres: $text }
    };
    ({ sqlite: $sqlite:literal, postgres: $postgres:literal $(,)? }) => {
        $crate::db::Sql { sqlite: $sqlite, postgres: $postgres }
    };
}
pub(crate) use sql;

/// `fetch!(one | optional | all, conn, SQL => Row; bind, bind, …)` on the engine behind a [`Conn`].
macro_rules! fetch {
    (one, $($rest:tt)+) => { $crate::db::fetch!(@fetch_one, $($rest)+) };
    (optional, $($rest:tt)+) => { $crate::db::fetch!(@fetch_optional, $($rest)+) };
    (all, $($rest:tt)+) => { $crate::db::fetch!(@fetch_all, $($rest)+) };
    (@$run:ident, $conn:expr, $sql:expr => $row:ty; $($bind:expr),* $(,)?) => {
        match $conn {
            $crate::Conn::Sqlite(c) => sqlx::query_as::<_, $row>($sql.sqlite) $(.bind($bind))* .$run(&mut **c).await,
            $crate::Conn::Postgres(c) => sqlx::query_as::<_, $row>($sql.postgres) $(.bind($bind))* .$run(&mut **c).await,
        }
        .map_err($crate::Error::from)
    };
}
pub(crate) use fetch;

/// Runs a statement that returns no rows; how many rows it touched.
macro_rules! execute {
    ($conn:expr, $sql:expr; $($bind:expr),* $(,)?) => {
        match $conn {
            $crate::Conn::Sqlite(c) => {
                sqlx::query($sql.sqlite) $(.bind($bind))* .execute(&mut **c).await.map(|r| r.rows_affected())
            }
            $crate::Conn::Postgres(c) => {
                sqlx::query($sql.postgres) $(.bind($bind))* .execute(&mut **c).await.map(|r| r.rows_affected())
            }
        }
        .map_err($crate::Error::from)
    };
}
pub(crate) use execute;

/// A statement's count of touched rows is part of its contract.
pub(crate) fn expect_rows(table: &'static str, expected: u64, actual: u64) -> Result<()> {
    if expected == actual { Ok(()) } else { Err(Error::RowCount { table, expected, actual }) }
}

/// A borrowed connection, inside a transaction: what every repository function takes.
#[derive(Debug)]
pub enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Whose rows a transaction sees. On PostgreSQL row-level security enforces it; on SQLite, where no second wall exists,
/// it documents the caller's intent and the statements' own tenant condition is the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Tenant(TenantId),
    /// The workers that serve every tenant, and what happens before a tenant is known (routing, login).
    System,
}

impl Scope {
    fn begin(self, mode: &str) -> String {
        match self {
            Self::Tenant(tenant) => format!("BEGIN {mode}; SET LOCAL switchboard.tenant = '{tenant}'"),
            Self::System => format!("BEGIN {mode}; SET LOCAL switchboard.tenant = '*'"),
        }
    }
}

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(tx) => Conn::Sqlite(tx),
            Self::Postgres(tx) => Conn::Postgres(tx),
        }
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// How a database is opened.
#[derive(Debug, Clone, Copy)]
pub struct DbOptions {
    /// Connections to PostgreSQL, or readers of SQLite.
    pub connections: u32,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self { connections: 16 }
    }
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// SQLite has one writer; giving it a pool of its own keeps writers from meeting as `SQLITE_BUSY`.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite://path` or `postgres://…` without touching the schema: see [`Db::migrate`].
    pub async fn open(url: &str, options: DbOptions) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Self::open_postgres(url, options).await;
        }
        if url.starts_with("sqlite:") {
            return Self::open_sqlite(url, options).await;
        }
        Err(Error::Configuration("DATABASE_URL must begin with sqlite:// or postgres://".into()))
    }

    async fn open_postgres(url: &str, options: DbOptions) -> Result<Self> {
        let connect = PgConnectOptions::from_str(url)
            .map_err(|_| Error::Configuration("DATABASE_URL is not a valid PostgreSQL URL".into()))?
            .application_name("switchboard")
            .statement_cache_capacity(500);
        let pool = PgPoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(Duration::from_secs(5))
            // A broken connection shows itself at BEGIN, which is sent anyway; a ping first would double the round trips.
            .test_before_acquire(false)
            .connect_with(connect)
            .await?;
        Ok(Self::Postgres(pool))
    }

    async fn open_sqlite(url: &str, options: DbOptions) -> Result<Self> {
        let connect = SqliteConnectOptions::from_str(url)
            .map_err(|_| Error::Configuration("DATABASE_URL is not a valid SQLite URL".into()))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: what was acknowledged survives a power cut, not only a crash.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(500);
        // What a batch of webhooks touches stays in memory, and is written back to the file once for many commits.
        let writing = connect.clone().pragma("cache_size", "-16384").pragma("wal_autocheckpoint", "4000");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(writing)
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.connections.min(4))
            .acquire_timeout(Duration::from_secs(5))
            .test_before_acquire(false)
            .connect_lazy_with(connect.read_only(true));
        Ok(Self::Sqlite { writer, readers })
    }

    /// Brings the schema up to date. Several processes may call it at once.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => sqlx::migrate!("../../migrations/sqlite").run(writer).await?,
            Self::Postgres(pool) => sqlx::migrate!("../../migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// How many migrations this program knows that the database has not seen.
    pub async fn pending_migrations(&self) -> Result<usize> {
        use sqlx::migrate::Migrate;
        let (known, applied) = match self {
            Self::Sqlite { writer, .. } => {
                let mut conn = writer.acquire().await?;
                conn.ensure_migrations_table("_sqlx_migrations").await?;
                let migrator = sqlx::migrate!("../../migrations/sqlite");
                (migrator.iter().count(), conn.list_applied_migrations("_sqlx_migrations").await?.len())
            }
            Self::Postgres(pool) => {
                let mut conn = pool.acquire().await?;
                conn.ensure_migrations_table("_sqlx_migrations").await?;
                let migrator = sqlx::migrate!("../../migrations/postgres");
                (migrator.iter().count(), conn.list_applied_migrations("_sqlx_migrations").await?.len())
            }
        };
        Ok(known.saturating_sub(applied))
    }

    /// A transaction that writes.
    pub async fn write(&self, scope: Scope) -> Result<Tx> {
        Ok(match self {
            // Begun as a reader, it could meet another writer half way and fail at once, whatever the busy time-out.
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin_with(AssertSqlSafe(scope.begin(""))).await?),
        })
    }

    /// A transaction that only reads; it waits for no writer.
    pub async fn read(&self, scope: Scope) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin_with(AssertSqlSafe(scope.begin("READ ONLY"))).await?),
        })
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Closes all connections; statements under way end first.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// The file behind SQLite, as the URL names it.
    pub fn sqlite_path(url: &str) -> Option<PathBuf> {
        let options = SqliteConnectOptions::from_str(url).ok().filter(|_| url.starts_with("sqlite:"))?;
        Some(options.get_filename().to_path_buf())
    }
}
