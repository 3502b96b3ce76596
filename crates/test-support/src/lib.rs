//! For tests only: a fresh, migrated database on either engine, gone when the test is over, and what several tests put in.
//!
//! ```no_run
//! # use switchboard_test_support::{Engine, TestDb};
//! # async fn a_test() {
//! let test = TestDb::new(Engine::Sqlite).await;
//! let tx = test.db.write(switchboard_store::Scope::System).await;
//! # }
//! ```
//!
//! A test that runs on both engines takes `#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine` (rstest).

mod port;
mod postgres;

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, migrate::Migrator};
use switchboard_store::{
    Conn, Db, DbOptions, Json, KnowledgeKind, Millis, Scope, TenantId, Tone, Tx, bot::Bot, knowledge::Knowledge, new_id,
};
use tempfile::TempDir;
use uuid::Uuid;

pub use crate::port::FreeAddress;
use crate::postgres::PostgresDatabase;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own on the server that `TEST_DATABASE_URL` names (a superuser's URL; `script/with-postgres`
    /// starts one), used as a role that row-level security binds.
    Postgres,
}

/// A database that belongs to one test. Dropping it removes it, whoever is still connected.
#[derive(Debug)]
pub struct TestDb {
    pub db: Db,
    /// What `DATABASE_URL` would be.
    pub url: String,
    #[expect(dead_code, reason = "held to be dropped")]
    place: Place,
}

/// What goes away with the test.
#[derive(Debug)]
#[expect(dead_code, reason = "held to be dropped")]
enum Place {
    Sqlite(TempDir),
    Postgres(PostgresDatabase),
}

impl TestDb {
    /// A database with every migration applied.
    ///
    /// # Panics
    /// Without a PostgreSQL server for [`Engine::Postgres`]: a test that silently skips proves nothing.
    pub async fn new(engine: Engine) -> Self {
        let test = match engine {
            Engine::Sqlite => Self::in_folder().await,
            Engine::Postgres => Self::on_server(PostgresDatabase::from_template().await).await,
        };
        test.db.migrate().await.expect("the test database is migrated");
        test
    }

    /// A database without a schema.
    pub async fn unmigrated(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::in_folder().await,
            Engine::Postgres => Self::on_server(PostgresDatabase::empty().await).await,
        }
    }

    /// A database as it was when the migration of this number was the newest.
    pub async fn as_of(engine: Engine, newest: i64) -> Self {
        let test = Self::unmigrated(engine).await;
        match engine {
            Engine::Sqlite => migrate_sqlite(&test.db, newest).await,
            Engine::Postgres => postgres::migrate(&test.url, newest).await,
        }
        test
    }

    /// A second handle on the same database, as a replica or a restarted process has one.
    pub async fn open_again(&self) -> Db {
        open(&self.url).await
    }

    async fn in_folder() -> Self {
        let folder = tempfile::Builder::new().prefix("switchboard-test-").tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("switchboard.db").display());
        Self { db: open(&url).await, url, place: Place::Sqlite(folder) }
    }

    async fn on_server(database: PostgresDatabase) -> Self {
        let url = database.url();
        Self { db: open(&url).await, url, place: Place::Postgres(database) }
    }
}

/// As the store does it, and no further.
async fn migrate_sqlite(db: &Db, newest: i64) {
    let mut tx = db.write(Scope::System).await.expect("a transaction");
    let Conn::Sqlite(conn) = tx.conn() else { unreachable!("SQLite was asked for") };
    let connection = conn.connection().expect("a connection");
    let table = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
                   installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
                   checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)";
    connection.execute_batch(table).expect("the table of migrations");
    for migration in SQLITE.iter().filter(|it| it.version <= newest) {
        connection.execute_batch(migration.sql.as_str()).expect("a migration is applied");
        let noted = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES ($1, $2, TRUE, $3, 0)";
        let row = (migration.version, migration.description.as_ref(), migration.checksum.as_ref());
        connection.execute(noted, row).expect("a migration is noted");
    }
    tx.commit().await.expect("the migrations stay");
}

/// Runs statements in which nothing is bound, as whoever sees all tenants.
pub async fn run(db: &Db, statements: &str) {
    let mut tx = db.write(Scope::System).await.expect("a transaction");
    match tx.conn() {
        Conn::Sqlite(conn) => conn.connection().expect("a connection").execute_batch(statements).expect("they run"),
        Conn::Postgres(conn) => {
            sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut *conn).await.expect("they run");
        }
    }
    tx.commit().await.expect("what they wrote stays");
}

async fn open(url: &str) -> Db {
    // Few connections: many tests share one server.
    Db::open(url, DbOptions { connections: 8 }).await.expect("the test database opens")
}

/// Has PostgreSQL learn what its tables hold, as it does by itself once a minute where it runs for long.
pub async fn analyse(db: &Db) {
    let mut tx = db.write(Scope::System).await.expect("a transaction");
    if let Conn::Postgres(conn) = tx.conn() {
        sqlx::query("ANALYZE").execute(&mut *conn).await.expect("the tables are analysed");
    }
    tx.commit().await.expect("what was learnt is kept");
}

/// Keeps everybody else from a table until the transaction ends; on `SQLite`, from writing anywhere.
pub async fn hold(db: &Db, table: &str) -> Tx {
    let mut tx = db.write(Scope::System).await.expect("a transaction");
    if let Conn::Postgres(conn) = tx.conn() {
        let lock = AssertSqlSafe(format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"));
        sqlx::query(lock).execute(&mut *conn).await.expect("the table is locked");
    }
    tx
}

/// From here on the database stores no message of a bot.
pub async fn refuse_answers(db: &Db) {
    let mut tx = db.write(Scope::System).await.expect("a transaction");
    match tx.conn() {
        Conn::Sqlite(conn) => {
            let refuse = "CREATE TRIGGER no_answers BEFORE INSERT ON message WHEN NEW.author = 'ai'
                          BEGIN SELECT RAISE(ABORT, 'refused'); END";
            conn.connection().expect("a connection").execute_batch(refuse).expect("a trigger");
        }
        Conn::Postgres(conn) => {
            let refuse = "ALTER TABLE message ADD CONSTRAINT no_answers CHECK (author <> 'ai') NOT VALID";
            sqlx::query(refuse).execute(&mut *conn).await.expect("a constraint");
        }
    }
    tx.commit().await.expect("it is refused");
}

/// Something a bot has been taught, by nobody in particular.
pub fn an_item(tenant_id: TenantId, bot_id: Uuid, now: Millis) -> Knowledge {
    Knowledge {
        tenant_id,
        id: new_id(now),
        bot_id,
        kind: KnowledgeKind::Qa,
        title: "When are you open?".into(),
        content: "From eight to six.".into(),
        source: None,
        parent_id: None,
        problem: None,
        read_at: None,
        changed_at: None,
        pieces: None,
        version: 1,
        actor: None,
        actor_id: None,
        created_at: now,
        updated_at: now,
    }
}

/// A bot as it is before anybody sets anything: for tests below the crate that knows what a new bot is like.
pub fn a_bot(tenant_id: TenantId, now: Millis) -> Bot {
    Bot {
        tenant_id,
        id: new_id(now),
        name: "Bot".into(),
        enabled: true,
        instructions: String::new(),
        language: "auto".into(),
        reply_delay_ms: 2_000,
        max_wait_ms: 10_000,
        model: None,
        handoff_message: None,
        knowledge_version: 0,
        tone: Tone::Plain,
        hours: None,
        hands_over_when_closed: false,
        closed_message: None,
        answers_per_customer: None,
        answers_per_day: None,
        handoff_keywords: Json(Vec::new()),
        handoff_confidence: None,
        handoff_repeats: None,
        hands_over_when_angry: true,
        tokens_per_day: None,
        cost_per_day: None,
        abilities: Json(Vec::new()),
        sees_pictures: true,
        greeting: None,
        handoff_labels: Json(Vec::new()),
        created_at: now,
        updated_at: now,
    }
}

/// How many rows each table that belongs to tenants holds of this one, as the schema has them; tables with none are left out.
pub async fn rows_of(db: &Db, tenant: TenantId) -> BTreeMap<String, i64> {
    let mut tx = db.read(Scope::System).await.expect("a transaction");
    let mut rows = BTreeMap::new();
    for table in tables_of_tenants(&mut tx.conn()).await {
        let count = format!("SELECT count(*) FROM \"{table}\" WHERE tenant_id = $1");
        let count: i64 = match tx.conn() {
            Conn::Sqlite(conn) => {
                let connection = conn.connection().expect("a connection");
                connection.query_row(&count, [tenant], |row| row.get(0)).expect("a count")
            }
            Conn::Postgres(conn) => {
                let count = sqlx::query_scalar(AssertSqlSafe(count)).bind(tenant);
                count.fetch_one(&mut *conn).await.expect("a count")
            }
        };
        rows.extend((count > 0).then_some((table, count)));
    }
    rows
}

async fn tables_of_tenants(conn: &mut Conn<'_>) -> Vec<String> {
    match conn {
        Conn::Sqlite(conn) => {
            let tables = "SELECT t.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
                          WHERE t.type = 'table' AND c.name = 'tenant_id'";
            let connection = conn.connection().expect("a connection");
            let mut tables = connection.prepare(tables).expect("tables");
            let tables = tables.query_map([], |row| row.get(0)).expect("tables");
            tables.collect::<Result<_, _>>().expect("tables")
        }
        Conn::Postgres(conn) => {
            let tables = "SELECT table_name::text FROM information_schema.columns
                          WHERE table_schema = 'public' AND column_name = 'tenant_id'";
            sqlx::query_scalar(tables).fetch_all(&mut **conn).await.expect("tables")
        }
    }
}

/// Every row of every table as text: for looking for what must not be there.
///
/// # Panics
/// On `SQLite`, whose files can be read as they are.
pub async fn dump(db: &Db) -> Vec<u8> {
    let mut tx = db.read(Scope::System).await.expect("a transaction");
    let Conn::Postgres(conn) = tx.conn() else { panic!("only PostgreSQL needs a dump") };
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *conn).await.expect("tables");
    let mut bytes = Vec::new();
    for table in tables {
        let rows = format!("SELECT t::text FROM \"{table}\" t");
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut *conn).await.expect("rows");
        bytes.extend(rows.join("\n").into_bytes());
    }
    bytes
}
