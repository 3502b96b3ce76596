//! What PostgreSQL makes of the statements that join a table with a set of rows.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};
use switchboard_test_support::{Engine, TestDb};

use crate::{
    Conn, Db, DbOptions, Scope,
    statements_test::{MODULES, placeholders},
};

/// A database that is new has no statistics: what is planned now stays until the tables are analysed.
#[tokio::test]
async fn a_set_of_rows_is_found_by_an_index_from_the_first_message_on() {
    let test = TestDb::new(Engine::Postgres).await;
    let db = Db::open(&test.url, DbOptions::default()).await.unwrap();
    let mut tx = db.write(Scope::System).await.unwrap();
    let Conn::Postgres(conn) = tx.conn() else { unreachable!("this is PostgreSQL") };
    conn.execute("SET LOCAL plan_cache_mode = force_generic_plan").await.unwrap();
    let mut seen = 0;
    for (module, statements) in MODULES {
        for (name, sql) in statements.iter().filter(|(_, sql)| sql.postgres.contains("jsonb_array_length($1)) AS x")) {
            let plan = plan(conn, sql.postgres).await;
            assert!(!reads_it_all(&plan), "{module}::{name} reads a table for each row: {plan:#}");
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} statements were looked at");
}

async fn plan(conn: &mut PgConnection, statement: &str) -> Value {
    let nulls = vec!["NULL"; placeholders(statement)].join(", ");
    conn.execute(AssertSqlSafe(format!("PREPARE looked_at AS {statement}"))).await.unwrap();
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE looked_at({nulls})");
    let plan = sqlx::query_scalar(AssertSqlSafe(explain)).fetch_one(&mut *conn).await.unwrap();
    conn.execute("DEALLOCATE looked_at").await.unwrap();
    plan
}

/// Whether a join compares its rows one with each other, where it should look each up.
fn reads_it_all(plan: &Value) -> bool {
    match plan {
        Value::Object(fields) => fields.contains_key("Join Filter") || fields.values().any(reads_it_all),
        Value::Array(items) => items.iter().any(reads_it_all),
        _ => false,
    }
}
