/// What the engine said.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What can go wrong between a repository function and its database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection, the server or the disk failed, or two transactions collided. Trying again may help.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] Cause),
    /// A row with this key exists already. `constraint` is the index's name on PostgreSQL, its columns on SQLite.
    #[error("a row with this key exists already ({constraint})")]
    Duplicate { constraint: String },
    /// A statement touched another number of rows than its caller relies on.
    #[error("{table}: expected to touch {expected} row(s), touched {actual}")]
    RowCount { table: &'static str, expected: u64, actual: u64 },
    /// The data or the statement is at fault: trying again will fail again.
    #[error("the database refused the statement: {0}")]
    Rejected(#[source] Cause),
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("a row cannot be written as JSON: {0}")]
    Unwritable(#[source] serde_json::Error),
    #[error("{0}")]
    Configuration(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether the same work may succeed when it is tried again unchanged.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// No connection was free in time.
    pub(crate) fn busy() -> Self {
        Self::Unavailable("no connection was free in time".into())
    }

    pub(crate) fn closed() -> Self {
        Self::Unavailable("the database is closed".into())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode, ffi};
        match &error {
            rusqlite::Error::SqliteFailure(failure, message)
                if matches!(
                    failure.extended_code,
                    ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                ) =>
            {
                Self::Duplicate { constraint: message.clone().unwrap_or_else(|| error.to_string()) }
            }
            rusqlite::Error::SqliteFailure(failure, _)
                if matches!(
                    failure.code,
                    ErrorCode::DatabaseBusy
                        | ErrorCode::DatabaseLocked
                        | ErrorCode::SystemIoFailure
                        | ErrorCode::DiskFull
                        | ErrorCode::CannotOpen
                ) =>
            {
                Self::Unavailable(error.into())
            }
            _ => Self::Rejected(error.into()),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        match &error {
            sqlx::Error::Database(db) if db.kind() == ErrorKind::UniqueViolation => {
                Self::Duplicate { constraint: db.constraint().map_or_else(|| db.message().to_owned(), str::to_owned) }
            }
            sqlx::Error::Database(db) if is_transient_code(db.code().as_deref()) => Self::Unavailable(error.into()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Unavailable(error.into()),
            _ => Self::Rejected(error.into()),
        }
    }
}

/// `PostgreSQL`'s classes 08 (connection), 40 (rollback: deadlock, serialisation), 53 (resources), 57 (operator
/// intervention), 58 (system) and 25006 (read-only after a failover).
fn is_transient_code(code: Option<&str>) -> bool {
    code.is_some_and(|code| {
        code == "25006" || ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
    })
}
