//! One database handle over two engines.
//!
//! A repository function is written once: one SQL text where both engines take it, a pair where they differ, one list of
//! binds. [`fetch!`] and [`execute!`] expand it for whichever engine is underneath.

use std::{path::PathBuf, str::FromStr, time::Duration};

use sqlx::{
    AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    Error, Result, TenantId, migrations,
    sqlite::{Sqlite, SqliteConnection, SqliteTx},
};

/// A statement, in the words of each engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

// Sets of rows come as one parameter of JSON. On SQLite `jsonb_each` reads it: `json_each` writes each row as text again,
// which every `->>` then parses anew.

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
    ({ sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? }) => {
        $crate::db::Sql { sqlite: $sqlite, postgres: $postgres }
    };
    // Put together of pieces, the same on both.
    ({ $text:expr }) => {
        $crate::db::Sql { sqlite: $text, postgres: $text }
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
            $crate::Conn::Sqlite(c) => c.$run::<$row>($sql.sqlite, &[$(&$bind),*]).await.map_err($crate::Error::from),
            $crate::Conn::Postgres(c) => sqlx::query_as::<_, $row>($sql.postgres) $(.bind($bind))*
                .$run(&mut **c).await.map_err($crate::Error::from),
        }
    };
}
pub(crate) use fetch;

/// Runs a statement that returns no rows; how many rows it touched.
macro_rules! execute {
    ($conn:expr, $sql:expr; $($bind:expr),* $(,)?) => {
        match $conn {
            $crate::Conn::Sqlite(c) => c.execute($sql.sqlite, &[$(&$bind),*]).map_err($crate::Error::from),
            $crate::Conn::Postgres(c) => sqlx::query($sql.postgres) $(.bind($bind))*
                .execute(&mut **c).await.map(|r| r.rows_affected()).map_err($crate::Error::from),
        }
    };
}
pub(crate) use execute;
pub(crate) use switchboard_store_derive::Row;

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

/// When a commit is on disk. A crash of the process, `SIGKILL` included, costs a commit of neither kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Before it returns: what somebody outside is told, or what is about to happen outside.
    Flushed,
    /// With the next commit that is flushed. A power cut may take it back, together with all that came after it: for
    /// steps between two states that are found again in the database and done again.
    Soon,
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
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(tx) => Conn::Sqlite(tx.connection()),
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

/// The rows of a JSON array, `$1`, under the name `x`, for a statement of PostgreSQL that joins a table with them: with
/// these columns, or with those of a table.
///
/// The limit leaves out nothing. It is for the planner, which takes a set that comes as JSON for a hundred rows, and then
/// finds that reading the whole of a small table is less work than a hundred looks into its index; the plan stays when the
/// table has grown. With a limit that it cannot know it takes the set for ten rows.
macro_rules! given {
    (like $table:literal) => {
        concat!("(SELECT * FROM jsonb_populate_recordset(NULL::", $table, ", $1) LIMIT jsonb_array_length($1)) AS x")
    };
    ($columns:literal) => {
        concat!("(SELECT * FROM jsonb_to_recordset($1) AS x (", $columns, ") LIMIT jsonb_array_length($1)) AS x")
    };
}
pub(crate) use given;

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    Sqlite(Sqlite),
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
            // Statements are made to find their few rows by an index, and the planner is kept to that: what it prepared
            // while a table was small it goes on with when the table has grown, until the table is analysed anew. A page
            // that an index points to costs little more than the next one: what is worked with is in memory.
            .options([
                ("enable_seqscan", "off"),
                ("enable_hashjoin", "off"),
                ("enable_mergejoin", "off"),
                ("enable_material", "off"),
                ("random_page_cost", "1.1"),
                ("jit", "off"),
            ])
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
        let path = Self::sqlite_path(url)
            .ok_or_else(|| Error::Configuration("DATABASE_URL is not a valid SQLite URL: sqlite://path".into()))?;
        Ok(Self::Sqlite(Sqlite::open(path, options.connections.min(4) as usize).await?))
    }

    /// Brings the schema up to date. Several processes may call it at once.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite(_) => {
                let mut tx = self.write(Scope::System).await?;
                migrations::apply_to_sqlite(&mut tx.conn())?;
                tx.commit().await
            }
            Self::Postgres(pool) => Ok(migrations::POSTGRES.run(pool).await?),
        }
    }

    /// How many migrations this program knows that the database has not seen.
    pub async fn pending_migrations(&self) -> Result<usize> {
        let mut tx = self.read(Scope::System).await?;
        migrations::pending(&mut tx.conn()).await
    }

    /// A transaction that writes, and is on disk when its commit returns.
    pub async fn write(&self, scope: Scope) -> Result<Tx> {
        self.write_with(scope, Durability::Flushed).await
    }

    /// A transaction that writes.
    pub async fn write_with(&self, scope: Scope, durability: Durability) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(sqlite) => Tx::Sqlite(sqlite.write(durability).await?),
            Self::Postgres(pool) => {
                let mut begin = scope.begin("");
                if durability == Durability::Soon {
                    begin.push_str("; SET LOCAL synchronous_commit = off");
                }
                Tx::Postgres(pool.begin_with(AssertSqlSafe(begin)).await?)
            }
        })
    }

    /// A transaction that only reads, all of it as it was at the first statement; it waits for no writer.
    pub async fn read(&self, scope: Scope) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(sqlite) => Tx::Sqlite(sqlite.read().await?),
            Self::Postgres(pool) => {
                let begin = scope.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY");
                Tx::Postgres(pool.begin_with(AssertSqlSafe(begin)).await?)
            }
        })
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Closes all connections; statements under way end first.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// The file behind SQLite, as the URL names it.
    pub fn sqlite_path(url: &str) -> Option<PathBuf> {
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
        (!path.is_empty() && !path.contains(['?', '#']) && !path.starts_with(':')).then(|| path.into())
    }
}
