//! SQLite, called where the statement stands.
//!
//! A statement takes SQLite a few microseconds, a hop to another thread and back many more. So a transaction's statements
//! run on the thread that asks, with two exceptions: a commit waits for the disk and runs among the blocking threads; and
//! what only reads runs there too when a current-thread runtime asks, which is a thread that serves many requests, and
//! may be a request that reads much.
//!
//! There is one connection that writes, handed from transaction to transaction in the order in which they asked, so that
//! writers never meet as `SQLITE_BUSY`; and a few that read, each opened when it is first needed.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, ToSql, types::Value};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
};

use crate::{Error, Result, db::Durability};

/// How long a transaction waits for its connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How long a writer pauses before it asks again whether another process still writes, at first and at most.
const PAUSE: Duration = Duration::from_millis(1);
const PAUSE_AT_MOST: Duration = Duration::from_millis(25);
/// How often the size of the write-ahead log is looked at.
const LOOK_AT_LOG: Duration = Duration::from_millis(500);
/// Pages in the log from which on they are carried over into the database, which makes room in the log.
const LOG_PAGES: i64 = 4000;
/// Where nobody carries them over, a commit does it itself.
const LOG_PAGES_AT_MOST: i64 = 10 * LOG_PAGES;
/// More than the statements of this crate.
const STATEMENTS_KEPT: usize = 500;

/// A struct that can be read from a row: derived together with its counterpart for PostgreSQL.
pub(crate) trait Row: Sized {
    /// Notes which columns [`Row::read`] will take, in its order: names are looked up once for a query, not for each row.
    fn find(columns: &mut Columns<'_>) -> rusqlite::Result<()>;
    fn read(values: &mut Values<'_>) -> rusqlite::Result<Self>;
}

/// The columns of a query, and which of them have been asked for.
pub(crate) struct Columns<'s> {
    names: Vec<&'s str>,
    found: Vec<usize>,
}

impl Columns<'_> {
    pub(crate) fn find(&mut self, name: &str) -> rusqlite::Result<()> {
        let place = self.names.iter().position(|column| *column == name);
        self.found.push(place.ok_or_else(|| rusqlite::Error::InvalidColumnName(name.to_owned()))?);
        Ok(())
    }
}

/// The values of a row, in the order in which they were asked for.
pub(crate) struct Values<'r> {
    row: &'r rusqlite::Row<'r>,
    places: std::slice::Iter<'r, usize>,
}

impl Values<'_> {
    pub(crate) fn next<T: rusqlite::types::FromSql>(&mut self) -> rusqlite::Result<T> {
        let place = self.places.next().ok_or(rusqlite::Error::InvalidQuery)?;
        self.row.get(*place)
    }
}

/// A tuple is read in the order of the columns.
macro_rules! tuples {
    ($(($($column:ident $place:literal),+))+) => {
        $(
            impl<$($column: rusqlite::types::FromSql),+> Row for ($($column,)+) {
                fn find(columns: &mut Columns<'_>) -> rusqlite::Result<()> {
                    columns.found.extend([$($place),+]);
                    Ok(())
                }

                fn read(values: &mut Values<'_>) -> rusqlite::Result<Self> {
                    Ok(($(values.next::<$column>()?,)+))
                }
            }
        )+
    };
}
tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) (A 0, B 1, C 2, D 3, E 4) }

/// What a statement is given.
pub(crate) type Params<'p> = &'p [&'p (dyn ToSql + Sync)];

/// A connection inside a transaction.
#[derive(Debug)]
pub struct SqliteConnection {
    /// Away while a blocking thread reads with it, and lost with it if nobody waits for the end.
    connection: Option<Connection>,
    /// Whether its statements run among the blocking threads.
    apart: bool,
}

impl SqliteConnection {
    pub(crate) async fn fetch_all<R: Row + Send + 'static>(
        &mut self,
        sql: &'static str,
        params: Params<'_>,
    ) -> rusqlite::Result<Vec<R>> {
        self.fetch(sql, params, usize::MAX).await
    }

    pub(crate) async fn fetch_optional<R: Row + Send + 'static>(
        &mut self,
        sql: &'static str,
        params: Params<'_>,
    ) -> rusqlite::Result<Option<R>> {
        Ok(self.fetch(sql, params, 1).await?.pop())
    }

    pub(crate) async fn fetch_one<R: Row + Send + 'static>(
        &mut self,
        sql: &'static str,
        params: Params<'_>,
    ) -> rusqlite::Result<R> {
        self.fetch_optional(sql, params).await?.ok_or(rusqlite::Error::QueryReturnedNoRows)
    }

    async fn fetch<R: Row + Send + 'static>(
        &mut self,
        sql: &'static str,
        params: Params<'_>,
        at_most: usize,
    ) -> rusqlite::Result<Vec<R>> {
        if !self.apart {
            return query(self.connection()?, sql, params, at_most);
        }
        let params = owned(params)?;
        self.apart(move |connection| {
            let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as _).collect();
            query(connection, sql, &params, at_most)
        })
        .await
    }

    /// How many rows the statement touched. Never apart: only readers are, and they cannot write.
    pub(crate) fn execute(&mut self, sql: &'static str, params: Params<'_>) -> rusqlite::Result<u64> {
        execute(self.connection()?, sql, params)
    }

    /// For tests and other crates' tests: statements that stand nowhere in this one.
    pub fn connection(&mut self) -> rusqlite::Result<&mut Connection> {
        self.connection.as_mut().ok_or(rusqlite::Error::InvalidQuery)
    }

    async fn apart<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> rusqlite::Result<T> {
        let mut connection = self.connection.take().ok_or(rusqlite::Error::InvalidQuery)?;
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work(&mut connection);
            (connection, outcome)
        });
        let (connection, outcome) = done.await.map_err(|_| rusqlite::Error::InvalidQuery)?;
        self.connection = Some(connection);
        outcome
    }
}

fn owned(params: Params<'_>) -> rusqlite::Result<Vec<Value>> {
    use rusqlite::types::ToSqlOutput;
    let own = |param: &&(dyn ToSql + Sync)| match param.to_sql()? {
        ToSqlOutput::Borrowed(value) => Ok(value.try_into()?),
        ToSqlOutput::Owned(value) => Ok(value),
        _ => Err(rusqlite::Error::InvalidQuery),
    };
    params.iter().map(own).collect()
}

fn query<R: Row>(
    connection: &mut Connection,
    sql: &'static str,
    params: Params<'_>,
    at_most: usize,
) -> rusqlite::Result<Vec<R>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut columns = Columns { names: statement.column_names(), found: Vec::new() };
    R::find(&mut columns)?;
    let places = columns.found;
    bind(&mut statement, params)?;
    let mut rows = statement.raw_query();
    let mut read = Vec::new();
    while read.len() < at_most
        && let Some(row) = rows.next()?
    {
        read.push(R::read(&mut Values { row, places: places.iter() })?);
    }
    Ok(read)
}

fn execute(connection: &mut Connection, sql: &'static str, params: Params<'_>) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    Ok(statement.raw_execute()? as u64)
}

/// SQLite takes `$2` for a name and numbers parameters by their first appearance. Here the name is the number, as it is
/// for PostgreSQL. One that is given nothing would silently be NULL.
fn bind(statement: &mut Statement<'_>, params: Params<'_>) -> rusqlite::Result<()> {
    let count = statement.parameter_count();
    if count != params.len() {
        return Err(rusqlite::Error::InvalidParameterCount(params.len(), count));
    }
    for place in 1..=count {
        let number = statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let param = number.and_then(|number| params.get(number.checked_sub(1)?));
        let param = param.ok_or(rusqlite::Error::InvalidParameterCount(params.len(), count))?;
        statement.raw_bind_parameter(place, param)?;
    }
    Ok(())
}

/// A transaction. Dropped without a commit, it is rolled back.
#[derive(Debug)]
pub struct SqliteTx {
    connection: SqliteConnection,
    from: From,
}

/// Where the connection goes back to.
#[derive(Debug)]
enum From {
    Writer(OwnedMutexGuard<Option<Connection>>),
    Readers { readers: Arc<Readers>, _permit: OwnedSemaphorePermit },
}

impl SqliteTx {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        if matches!(self.from, From::Readers { .. }) {
            return Ok(());
        }
        // The transaction goes along: whoever stops waiting must not let the next writer in before the end.
        let done = tokio::task::spawn_blocking(move || match &mut self.connection.connection {
            Some(connection) => connection.execute_batch("COMMIT"),
            None => Err(rusqlite::Error::InvalidQuery),
        });
        done.await.map_err(|_| Error::Configuration("the runtime is ending".into()))??;
        Ok(())
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        let Some(connection) = self.connection.connection.take() else { return };
        // One that cannot be rolled back is closed, which rolls it back.
        let whole = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        match &mut self.from {
            From::Writer(writer) => **writer = whole.then_some(connection),
            From::Readers { readers, .. } if whole => readers.idle().push(connection),
            From::Readers { .. } => {}
        }
    }
}

#[derive(Debug)]
struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> rusqlite::Result<Connection> {
        let idle = self.idle().pop();
        idle.map_or_else(|| open(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY), Ok)
    }
}

type Writer = tokio::sync::Mutex<Option<Connection>>;

/// A database file. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sqlite {
    path: Arc<Path>,
    /// `None` after a connection could not be rolled back: the next transaction opens another.
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    permits: Arc<Semaphore>,
}

impl Sqlite {
    pub(crate) async fn open(path: PathBuf, readers: usize) -> Result<Self> {
        let place = path.clone();
        let writer = tokio::task::spawn_blocking(move || open_writer(&place));
        let writer = writer.await.map_err(|_| Error::Configuration("the runtime is ending".into()))??;
        let writer = Arc::new(tokio::sync::Mutex::new(Some(writer)));
        let permits = Arc::new(Semaphore::new(readers));
        let log = open(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        tokio::spawn(carry_over_log(log, Arc::downgrade(&writer), Arc::clone(&permits)));
        Ok(Self {
            path: path.as_path().into(),
            writer,
            readers: Arc::new(Readers { path, idle: Mutex::default() }),
            permits,
        })
    }

    pub(crate) async fn write(&self, durability: Durability) -> Result<SqliteTx> {
        let waiting = Arc::clone(&self.writer).lock_owned();
        let mut writer = tokio::time::timeout(ACQUIRE, waiting).await.map_err(|_| Error::busy())?;
        if self.permits.is_closed() {
            return Err(Error::closed());
        }
        let connection = writer.take().map_or_else(|| open_writer(&self.path), Ok)?;
        let tx = SqliteTx {
            connection: SqliteConnection { connection: Some(connection), apart: false },
            from: From::Writer(writer),
        };
        // Begun as a reader, it could meet another process's writer half way and fail.
        let statement = match durability {
            Durability::Flushed => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
            Durability::Soon => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
        };
        begin_when_free(tx, statement).await
    }

    pub(crate) async fn read(&self) -> Result<SqliteTx> {
        let waiting = Arc::clone(&self.permits).acquire_owned();
        let permit = tokio::time::timeout(ACQUIRE, waiting).await.map_err(|_| Error::busy())?;
        let permit = permit.map_err(|_| Error::closed())?;
        let apart = Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread;
        let tx = SqliteTx {
            connection: SqliteConnection { connection: Some(self.readers.take()?), apart },
            from: From::Readers { readers: Arc::clone(&self.readers), _permit: permit },
        };
        begin(tx, "BEGIN")
    }

    /// Ends when the transactions under way have ended. Later ones fail.
    pub(crate) async fn close(&self) {
        self.permits.close();
        self.readers.idle().clear();
        let writer = self.writer.lock().await.take();
        drop(writer);
    }
}

fn begin(mut tx: SqliteTx, statement: &str) -> Result<SqliteTx> {
    tx.connection.connection()?.execute_batch(statement)?;
    Ok(tx)
}

/// Waits for another process that writes. SQLite would wait on the thread, which has others to serve.
async fn begin_when_free(mut tx: SqliteTx, statement: &str) -> Result<SqliteTx> {
    let deadline = Instant::now() + ACQUIRE;
    let mut pause = PAUSE;
    while let Err(error) = tx.connection.connection()?.execute_batch(statement) {
        if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) || Instant::now() > deadline {
            return Err(error.into());
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE_AT_MOST);
    }
    Ok(tx)
}

fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let writer = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    // What a batch of webhooks touches stays in memory, and is written back to the file once for many commits.
    writer.execute_batch("PRAGMA journal_mode = WAL; PRAGMA cache_size = -16384")?;
    writer.pragma_update(None, "wal_autocheckpoint", LOG_PAGES_AT_MOST)?;
    // See `begin_when_free`. Once it has begun, nobody can be in its way.
    writer.busy_timeout(Duration::ZERO)?;
    Ok(writer)
}

/// Carries pages over from the log while the database is open. In a commit it would take as long as dozens of them, and
/// everybody who writes would wait; beside the writer it is never quite done, and the log would not begin anew. So the
/// bulk is carried over beside the writer, and then the little that has been added meanwhile with the writer held.
async fn carry_over_log(mut log: Connection, writer: Weak<Writer>, permits: Arc<Semaphore>) {
    loop {
        tokio::time::sleep(LOOK_AT_LOG).await;
        let Some(writer) = writer.upgrade() else { return };
        if permits.is_closed() {
            return;
        }
        let carried = tokio::task::spawn_blocking(move || {
            let carried = carry_over(&log, &writer);
            (log, carried)
        });
        let Ok((connection, carried)) = carried.await else { return };
        log = connection;
        if let Err(error) = carried {
            tracing::warn!(%error, "the write-ahead log could not be carried over");
        }
    }
}

fn carry_over(log: &Connection, writer: &Writer) -> rusqlite::Result<()> {
    if log_pages(log, "PRAGMA wal_checkpoint = NOOP")? < LOG_PAGES {
        return Ok(());
    }
    log_pages(log, "PRAGMA wal_checkpoint = PASSIVE")?;
    let _held = writer.blocking_lock();
    log_pages(log, "PRAGMA wal_checkpoint = PASSIVE")?;
    Ok(())
}

/// How many pages the log holds.
fn log_pages(connection: &Connection, checkpoint: &str) -> rusqlite::Result<i64> {
    connection.query_row(checkpoint, [], |row| row.get(1))
}

fn open(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}
