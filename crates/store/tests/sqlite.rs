//! What SQLite's connections owe to those who use them.

use std::time::Duration;

use switchboard_store::{Conn, Db, DbOptions, Durability, Scope, Tx};
use switchboard_test_support::{Engine, TestDb};

async fn database() -> TestDb {
    let test = TestDb::new(Engine::Sqlite).await;
    let mut tx = test.db.write(Scope::System).await.expect("it works");
    run(&mut tx, "CREATE TABLE scratch (text TEXT NOT NULL)");
    tx.commit().await.expect("it works");
    test
}

fn run(tx: &mut Tx, statement: &str) {
    let Conn::Sqlite(conn) = tx.conn() else { unreachable!("SQLite was asked for") };
    conn.connection().expect("it works").execute_batch(statement).expect("it works");
}

async fn rows(db: &Db) -> i64 {
    let mut tx = db.read(Scope::System).await.expect("it works");
    let Conn::Sqlite(conn) = tx.conn() else { unreachable!("SQLite was asked for") };
    conn.connection()
        .expect("it works")
        .query_row("SELECT count(*) FROM scratch", [], |row| row.get(0))
        .expect("it works")
}

#[tokio::test]
async fn a_transaction_that_is_dropped_leaves_nothing_and_lets_the_next_one_write() {
    let test = database().await;
    let mut tx = test.db.write(Scope::System).await.unwrap();
    run(&mut tx, "INSERT INTO scratch VALUES ('dropped')");
    drop(tx);
    let mut tx = test.db.write(Scope::System).await.unwrap();
    run(&mut tx, "INSERT INTO scratch VALUES ('kept')");
    tx.commit().await.unwrap();
    assert_eq!(rows(&test.db).await, 1);
}

#[tokio::test]
async fn writers_wait_for_each_other_and_lose_nothing() {
    let test = database().await;
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let db = test.db.clone();
        writers.spawn(async move {
            for durability in [Durability::Flushed, Durability::Soon] {
                let mut tx = db.write_with(Scope::System, durability).await.unwrap();
                run(&mut tx, "INSERT INTO scratch VALUES ('one of many')");
                tokio::task::yield_now().await;
                tx.commit().await.unwrap();
            }
        });
    }
    while let Some(written) = writers.join_next().await {
        written.unwrap();
    }
    assert_eq!(rows(&test.db).await, 40);
}

#[tokio::test]
async fn whoever_stops_waiting_for_a_commit_lets_nobody_in_before_its_end() {
    let test = database().await;
    for _ in 0..50 {
        let mut tx = test.db.write(Scope::System).await.unwrap();
        run(&mut tx, "INSERT INTO scratch VALUES ('committed by somebody who has left')");
        // Polled once, which starts the commit, and dropped.
        let _ = tokio::time::timeout(Duration::ZERO, tx.commit()).await;
    }
    let mut tx = test.db.write(Scope::System).await.unwrap();
    run(&mut tx, "INSERT INTO scratch VALUES ('the last')");
    tx.commit().await.unwrap();
    assert_eq!(rows(&test.db).await, 51);
}

#[tokio::test]
async fn readers_that_stop_waiting_take_no_connection_with_them() {
    let test = database().await;
    let db = Db::open(&test.url, DbOptions { connections: 2 }).await.unwrap();
    for _ in 0..20 {
        let _ = tokio::time::timeout(Duration::ZERO, async {
            let mut tx = db.read(Scope::System).await.unwrap();
            switchboard_store::delivery::backlog(&mut tx.conn()).await
        })
        .await;
    }
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let test = database().await;
    let mut tx = test.db.read(Scope::System).await.unwrap();
    let Conn::Sqlite(conn) = tx.conn() else { unreachable!("SQLite was asked for") };
    assert!(conn.connection().unwrap().execute_batch("INSERT INTO scratch VALUES ('by a reader')").is_err());
}

#[tokio::test]
async fn what_is_asked_of_a_closed_database_fails_and_does_not_wait() {
    let test = database().await;
    test.db.close().await;
    let read = tokio::time::timeout(Duration::from_secs(1), test.db.read(Scope::System)).await;
    let write = tokio::time::timeout(Duration::from_secs(1), test.db.write(Scope::System)).await;
    assert!(read.expect("an answer").is_err_and(|error| error.is_transient()));
    assert!(write.expect("an answer").is_err_and(|error| error.is_transient()));
}

#[tokio::test]
async fn a_writer_waits_for_another_process_and_its_thread_goes_on_meanwhile() {
    let test = database().await;
    let other = Db::open(&test.url, DbOptions { connections: 1 }).await.unwrap();
    let held = other.write(Scope::System).await.unwrap();
    let waiting = tokio::spawn({
        let db = test.db.clone();
        async move { db.write(Scope::System).await.map(drop) }
    });
    // On this very thread: were the writer waiting on it, nobody would let go.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    drop(held);
    waiting.await.unwrap().unwrap();
}
