//! Databases on a PostgreSQL server: one for each test, copied from a template that is migrated once per server.

use std::{
    env,
    hash::{DefaultHasher, Hash, Hasher},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, migrate::Migrator};
use switchboard_store::{Db, DbOptions};
use url::Url;
use uuid::Uuid;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Owns the test databases. Not a superuser, so that row-level security binds it as it binds Switchboard in production.
const OWNER: &str = "switchboard_test_owner";
/// No secret: the role owns nothing but databases of tests.
const OWNER_PASSWORD: &str = "switchboard";
/// Advisory lock under which the role and the template are made. Tests run in many processes at once.
const SET_UP: i64 = 0x7377_6974_6368;

/// A database on the test server, dropped with this value.
#[derive(Debug)]
pub(crate) struct PostgresDatabase {
    server: Url,
    name: String,
}

impl PostgresDatabase {
    /// A copy of the migrated template.
    pub(crate) async fn from_template() -> Self {
        let server = server();
        let mut admin = connect(&server).await;
        let template = template_name();
        lock(&mut admin).await;
        make_owner(&mut admin).await;
        make_template(&mut admin, &server, &template).await;
        unlock(&mut admin).await;
        Self::create(admin, server, &format!("TEMPLATE {template}")).await
    }

    /// A database without a schema.
    pub(crate) async fn empty() -> Self {
        let server = server();
        let mut admin = connect(&server).await;
        lock(&mut admin).await;
        make_owner(&mut admin).await;
        unlock(&mut admin).await;
        Self::create(admin, server, "").await
    }

    async fn create(mut admin: PgConnection, server: Url, template: &str) -> Self {
        let name = format!("switchboard_test_{}", Uuid::new_v4().simple());
        run(&mut admin, format!("CREATE DATABASE {name} OWNER {OWNER} {template}")).await;
        admin.close().await.expect("the connection closes");
        Self { server, name }
    }

    /// As the owner, not as the superuser of `TEST_DATABASE_URL`.
    pub(crate) fn url(&self) -> String {
        url_of(&self.server, &self.name)
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The test's runtime may be ending: dropping the database takes a runtime of its own, on a thread of its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut admin = PgConnection::connect(server.as_str()).await?;
                admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await?;
                admin.close().await
            })
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("the test database {} was left behind: {error}", self.name);
        }
    }
}

fn server() -> Url {
    let url = env::var("TEST_DATABASE_URL").unwrap_or_else(|_| {
        panic!("TEST_DATABASE_URL is not set, and PostgreSQL tests never skip: run them with script/with-postgres")
    });
    Url::parse(&url).expect("TEST_DATABASE_URL is a URL")
}

async fn connect(server: &Url) -> PgConnection {
    PgConnection::connect(server.as_str()).await.expect("the server that TEST_DATABASE_URL names can be reached")
}

fn url_of(server: &Url, database: &str) -> String {
    let mut url = server.clone();
    url.set_username(OWNER).expect("a PostgreSQL URL has a user");
    url.set_password(Some(OWNER_PASSWORD)).expect("a PostgreSQL URL has a password");
    url.set_path(database);
    url.into()
}

/// As the owner, up to the migration of this number.
pub(crate) async fn migrate(url: &str, newest: i64) {
    let migrations: Vec<_> = MIGRATIONS.iter().filter(|it| it.version <= newest).cloned().collect();
    let mut owner = PgConnection::connect(url).await.expect("the test database opens");
    Migrator::with_migrations(migrations).run(&mut owner).await.expect("the test database is migrated");
    owner.close().await.expect("the connection closes");
}

/// Changes with every migration, so that no test gets a schema of before.
fn template_name() -> String {
    let mut hasher = DefaultHasher::new();
    for migration in MIGRATIONS.iter() {
        migration.checksum.hash(&mut hasher);
    }
    format!("switchboard_template_{:016x}", hasher.finish())
}

async fn make_owner(admin: &mut PgConnection) {
    let made: Option<i32> = sqlx::query_scalar("SELECT 1 FROM pg_roles WHERE rolname = $1")
        .bind(OWNER)
        .fetch_optional(&mut *admin)
        .await
        .expect("roles can be listed");
    if made.is_none() {
        run(admin, format!("CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{OWNER_PASSWORD}'")).await;
    }
}

/// Made under another name and renamed when it is whole: a process that dies half way leaves no half template.
async fn make_template(admin: &mut PgConnection, server: &Url, template: &str) {
    let made: Option<i32> = sqlx::query_scalar("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(template)
        .fetch_optional(&mut *admin)
        .await
        .expect("databases can be listed");
    if made.is_some() {
        return;
    }
    let unfinished = format!("{template}_unfinished");
    run(admin, format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await;
    run(admin, format!("CREATE DATABASE {unfinished} OWNER {OWNER}")).await;
    let db = Db::open(&url_of(server, &unfinished), DbOptions { connections: 1 }).await.expect("the template opens");
    db.migrate().await.expect("the template is migrated");
    db.close().await;
    run(admin, format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await;
}

async fn lock(admin: &mut PgConnection) {
    sqlx::query("SELECT pg_advisory_lock($1)").bind(SET_UP).execute(admin).await.expect("the set-up is locked");
}

async fn unlock(admin: &mut PgConnection) {
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(SET_UP).execute(admin).await.expect("the set-up is unlocked");
}

async fn run(admin: &mut PgConnection, statement: String) {
    let outcome = admin.execute(AssertSqlSafe(statement.clone())).await;
    outcome.unwrap_or_else(|error| panic!("{statement}: {error}"));
}
