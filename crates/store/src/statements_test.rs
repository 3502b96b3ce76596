//! What the compiler cannot see: every statement is understood by both engines, and both schemas are the same.

use std::collections::{BTreeMap, BTreeSet};

use rstest::rstest;
use sqlx::{Either, Executor, SqlStr, Statement};
use switchboard_test_support::{Engine, TestDb};

use crate::{
    Conn, Db, DbOptions, Error, Scope,
    db::{Sql, fetch},
};

type Statements = &'static [(&'static str, Sql)];

pub(crate) const MODULES: &[(&str, Statements)] = &[
    ("api_key", crate::api_key::STATEMENTS),
    ("app_data_sync", crate::app_data_sync::STATEMENTS),
    ("audit", crate::audit::STATEMENTS),
    ("bot", crate::bot::STATEMENTS),
    ("bot_replay", crate::bot_replay::STATEMENTS),
    ("bot_run", crate::bot_run::STATEMENTS),
    ("bot_test", crate::bot_test::STATEMENTS),
    ("canned_reply", crate::canned_reply::STATEMENTS),
    ("contact", crate::contact::STATEMENTS),
    ("contact_field", crate::contact_field::STATEMENTS),
    ("conversation", crate::conversation::STATEMENTS),
    ("crawl", crate::crawl::STATEMENTS),
    ("deletion_request", crate::deletion_request::STATEMENTS),
    ("delivery", crate::delivery::STATEMENTS),
    ("early_status", crate::early_status::STATEMENTS),
    ("event", crate::event::STATEMENTS),
    ("export_rows", crate::export_rows::STATEMENTS),
    ("housekeeping", crate::housekeeping::STATEMENTS),
    ("impersonation", crate::impersonation::STATEMENTS),
    ("identity", crate::identity::STATEMENTS),
    ("invitation", crate::invitation::STATEMENTS),
    ("key_rotation", crate::key_rotation::STATEMENTS),
    ("knowledge", crate::knowledge::STATEMENTS),
    ("knowledge_version", crate::knowledge_version::STATEMENTS),
    ("label", crate::label::STATEMENTS),
    ("leftover", crate::leftover::STATEMENTS),
    ("mail", crate::mail::STATEMENTS),
    ("media", crate::media::STATEMENTS),
    ("media_upload", crate::media_upload::STATEMENTS),
    ("membership", crate::membership::STATEMENTS),
    ("message", crate::message::STATEMENTS),
    ("message_passage", crate::message_passage::STATEMENTS),
    ("migrations", crate::migrations::STATEMENTS),
    ("model_server", crate::model_server::STATEMENTS),
    ("model_use", crate::model_use::STATEMENTS),
    ("note", crate::note::STATEMENTS),
    ("number", crate::number::STATEMENTS),
    ("oidc", crate::oidc::STATEMENTS),
    ("onboarding", crate::onboarding::STATEMENTS),
    ("outbox", crate::outbox::STATEMENTS),
    ("passage_vector", crate::passage_vector::STATEMENTS),
    ("person", crate::person::STATEMENTS),
    ("person_token", crate::person_token::STATEMENTS),
    ("platform", crate::platform::STATEMENTS),
    ("platform_audit", crate::platform_audit::STATEMENTS),
    ("sealed", crate::sealed::STATEMENTS),
    ("preparation", crate::preparation::STATEMENTS),
    ("receipt", crate::receipt::STATEMENTS),
    ("saved_filter", crate::saved_filter::STATEMENTS),
    ("search", crate::search::STATEMENTS),
    ("second_factor", crate::second_factor::STATEMENTS),
    ("send_budget", crate::send_budget::STATEMENTS),
    ("session", crate::session::STATEMENTS),
    ("summary", crate::summary::STATEMENTS),
    ("template", crate::template::STATEMENTS),
    ("tenant", crate::tenant::STATEMENTS),
    ("tenant_deletion", crate::tenant_deletion::STATEMENTS),
    ("tenant_export", crate::tenant_export::STATEMENTS),
    ("transcript", crate::transcript::STATEMENTS),
    ("translation", crate::translation::STATEMENTS),
    ("tool", crate::tool::STATEMENTS),
    ("tool_call", crate::tool_call::STATEMENTS),
    ("turn", crate::turn::STATEMENTS),
    ("unanswered", crate::unanswered::STATEMENTS),
    ("usage", crate::usage::STATEMENTS),
    ("waba", crate::waba::STATEMENTS),
];

async fn open(engine: Engine) -> (TestDb, Db) {
    let test = TestDb::new(engine).await;
    let db = Db::open(&test.url, DbOptions::default()).await.unwrap();
    (test, db)
}

#[rstest]
#[tokio::test]
async fn every_statement_is_understood_and_takes_the_same_parameters(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (_test, db) = open(engine).await;
    let mut tx = db.write(Scope::System).await.unwrap();
    for (module, statements) in MODULES {
        for (name, sql) in *statements {
            let prepared = match tx.conn() {
                Conn::Sqlite(c) => {
                    c.connection().and_then(|c| Ok(c.prepare(sql.sqlite)?.parameter_count())).map_err(Error::from)
                }
                Conn::Postgres(c) => c
                    .prepare(SqlStr::from_static(sql.postgres))
                    .await
                    .map(|s| count(s.parameters()))
                    .map_err(Error::from),
            };
            let parameters = prepared.unwrap_or_else(|error| panic!("{module}::{name}: {error}"));
            for (engine, text) in [("SQLite", sql.sqlite), ("PostgreSQL", sql.postgres)] {
                assert_eq!(parameters, placeholders(text), "{module}::{name} on {engine}");
            }
        }
    }
}

fn count<T>(parameters: Option<Either<&[T], usize>>) -> usize {
    match parameters {
        Some(Either::Left(types)) => types.len(),
        Some(Either::Right(count)) => count,
        None => 0,
    }
}

/// How many different `$n` a text has. An unbound one would silently be NULL on SQLite.
pub(crate) fn placeholders(text: &str) -> usize {
    let numbers = text.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    });
    numbers.collect::<BTreeSet<_>>().len()
}

#[rstest]
#[tokio::test]
async fn a_parameter_is_known_by_its_number_wherever_it_stands(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const SECOND_FIRST: Sql = Sql {
        sqlite: "SELECT CAST($2 AS INTEGER), CAST($1 AS INTEGER), CAST($2 AS INTEGER)",
        postgres: "SELECT CAST($2 AS BIGINT), CAST($1 AS BIGINT), CAST($2 AS BIGINT)",
    };
    let (_test, db) = open(engine).await;
    let mut tx = db.read(Scope::System).await.unwrap();
    let row = fetch!(one, &mut tx.conn(), SECOND_FIRST => (i64, i64, i64); 1_i64, 2_i64).unwrap();
    assert_eq!(row, (2, 1, 2));
}

#[test]
fn every_module_with_statements_is_in_the_list() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let listed: BTreeSet<_> = MODULES.iter().map(|(module, _)| (*module).to_owned()).collect();
    let found: BTreeSet<_> = std::fs::read_dir(source)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| std::fs::read_to_string(path).unwrap_or_default().contains("\nstatements! {"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(listed, found);
}

type Tables = BTreeMap<String, BTreeSet<String>>;

#[tokio::test]
async fn both_schemas_have_the_same_tables_and_columns() {
    let (_sqlite, sqlite) = open(Engine::Sqlite).await;
    let (_postgres, postgres) = open(Engine::Postgres).await;
    assert_eq!(tables(&sqlite).await, tables(&postgres).await);
}

async fn tables(db: &Db) -> Tables {
    const COLUMNS: Sql = Sql {
        sqlite: "SELECT t.name, c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx%'
                   -- SQLite's index of words; PostgreSQL has one without a table.
                   AND t.name NOT LIKE 'search_words%'",
        postgres: "SELECT table_name::text, column_name::text FROM information_schema.columns
                   WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'",
    };
    let mut tx = db.read(Scope::System).await.unwrap();
    let columns = fetch!(all, &mut tx.conn(), COLUMNS => (String, String);).unwrap();
    let mut tables = Tables::new();
    for (table, column) in columns {
        tables.entry(table).or_default().insert(column);
    }
    tables
}

/// Columns of bytes that are no envelope, beside digests (`…_hash`), and why.
const NO_ENVELOPES: &[(&str, &str)] = &[
    // Under a master key, not a data key.
    ("tenant_key", "wrapped"),
    ("second_factor", "wrapped"),
    // Under the person's own data key, which is in the same row: see `second_factor::reseal`.
    ("second_factor", "secret"),
    // What a text means, of which nothing can be read.
    ("passage_vector", "vector"),
    // A piece of an archive, which holds no secret.
    ("tenant_export_chunk", "body"),
    // As Meta posted it.
    ("webhook_delivery", "body"),
    ("webhook_leftover", "body"),
];

/// A new column of bytes must be told of here or in `sealed`: one that holds envelopes and is in neither would become
/// unreadable at the next rotation of data keys.
#[tokio::test]
async fn every_column_of_envelopes_is_known_to_the_rotation_of_data_keys() {
    let (_test, db) = open(Engine::Postgres).await;
    let Db::Postgres(pool) = &db else { unreachable!("PostgreSQL was asked for") };
    let found: Vec<(String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text FROM information_schema.columns
         WHERE table_schema = 'public' AND data_type = 'bytea' AND table_name NOT LIKE '\\_sqlx%'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let found: BTreeSet<_> = found.into_iter().filter(|(_, column)| !column.ends_with("_hash")).collect();
    let sealed = crate::sealed::COLUMNS.iter().map(|it| (it.table, it.column));
    let known: BTreeSet<_> = sealed
        .chain(NO_ENVELOPES.iter().copied())
        .map(|(table, column)| (table.to_owned(), column.to_owned()))
        .collect();
    assert_eq!(found, known);
}

#[tokio::test]
async fn every_table_of_a_tenant_is_emptied_with_the_tenant() {
    let (_test, db) = open(Engine::Sqlite).await;
    let of_tenants = tables(&db).await.into_iter().filter(|(_, columns)| columns.contains("tenant_id"));
    // Its column is no `tenant_id`, see its migration.
    let of_tenants: BTreeSet<_> =
        of_tenants.map(|(table, _)| table).chain(std::iter::once("search_document".to_owned())).collect();
    let emptied: BTreeSet<_> = crate::tenant_deletion::emptied().map(str::to_owned).collect();
    assert_eq!(of_tenants, emptied, "see tenant_deletion.rs: what refers goes before what it refers to");
}

/// Whatever takes a customer's messages away takes along what was made of them.
#[rstest]
#[tokio::test]
async fn what_is_made_of_a_message_goes_with_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    const OF_MESSAGES: Sql = Sql {
        sqlite: "SELECT t.name FROM sqlite_schema AS t JOIN pragma_foreign_key_list(t.name) AS f
                 WHERE t.type = 'table' AND f.\"table\" = 'message' AND f.on_delete = 'CASCADE' AND f.seq = 0 ORDER BY t.name",
        postgres: "SELECT conrelid::regclass::text FROM pg_constraint
                   WHERE contype = 'f' AND confrelid = 'message'::regclass AND confdeltype = 'c' ORDER BY 1",
    };
    let (_test, db) = open(engine).await;
    let mut tx = db.read(Scope::System).await.unwrap();
    let tables = fetch!(all, &mut tx.conn(), OF_MESSAGES => (String,);).unwrap();
    let tables: Vec<_> = tables.into_iter().map(|(table,)| table).collect();
    assert_eq!(tables, ["bot_replay_burst", "message_passage", "outbox", "transcript", "translation"]);
}

#[tokio::test]
async fn every_table_of_a_tenant_is_exported_or_has_a_reason_not_to_be() {
    let (_test, db) = open(Engine::Sqlite).await;
    let of_tenants =
        tables(&db).await.into_iter().filter(|(table, columns)| table == "tenant" || columns.contains("tenant_id"));
    let of_tenants: BTreeSet<_> = of_tenants.map(|(table, _)| table).collect();
    let exported = crate::export_rows::ExportKind::ALL.iter().map(|kind| kind.table());
    let decided = exported.chain(crate::export_rows::NOT_EXPORTED.iter().map(|(table, _)| *table));
    assert_eq!(of_tenants, decided.map(str::to_owned).collect(), "see export_rows.rs");
}

#[tokio::test]
async fn every_table_of_a_tenant_has_its_wall_and_its_wall_holds_for_the_owner() {
    let (_test, db) = open(Engine::Postgres).await;
    let Db::Postgres(pool) = &db else { unreachable!("PostgreSQL was asked for") };
    let unwalled: Vec<(String,)> = sqlx::query_as(
        "SELECT c.relname::text FROM pg_class AS c
         JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
         WHERE c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT 1 FROM pg_policy AS p WHERE p.polrelid = c.oid))",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert_eq!(unwalled, []);
    let (bypass,): (bool,) =
        sqlx::query_as("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            .fetch_one(pool)
            .await
            .unwrap();
    assert!(!bypass, "tests must run as a role that the walls bind");
}
