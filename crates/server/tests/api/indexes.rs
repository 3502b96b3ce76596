//! While what a bot knows is indexed, everybody else goes on.

use std::{fmt::Write as _, sync::Arc};

use futures_util::{StreamExt, stream::FuturesUnordered};
use rstest::rstest;
use switchboard_store::{
    Scope, SystemClock, TenantId, bot,
    knowledge::{self, Knowledge},
};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    an_item,
};
use uuid::Uuid;

use crate::support::TestApp;

const CONNECTIONS: u32 = 3;
/// More than there are connections.
const WAITING: usize = 8;
const ITEMS: usize = 30;
const WORDS: usize = 1_500;

/// Has a bot know so much that it takes a while to index.
async fn knows_much(app: &TestApp, tenant: TenantId, bot: Uuid) {
    let state = app.server.state();
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::System).await.expect("a transaction");
    for item in 0..ITEMS {
        let mut content = String::new();
        for word in 0..WORDS {
            write!(content, "word{} ", item * WORDS + word).expect("it is written");
        }
        let item = Knowledge { title: format!("What of {item}?"), content, ..an_item(tenant, bot, now) };
        knowledge::insert(&mut tx.conn(), &item).await.expect("it is stored");
    }
    bot::touch_knowledge(&mut tx.conn(), tenant, bot, now).await.expect("it is noted");
    tx.commit().await.expect("it is stored");
}

#[rstest]
#[tokio::test]
async fn who_waits_for_an_index_keeps_no_connection_from_others(#[values(Sqlite, Postgres)] engine: Engine) {
    let few = |settings: &mut switchboard_server::config::Settings| settings.database_connections = CONNECTIONS;
    let app = TestApp::start_with(engine, Arc::new(SystemClock), few).await;
    let owner = app.signup("Bakery").await;
    let key = app.api_key(&owner, "admin").await;
    let bot = app.get("/api/bots").api_key(&key).send().await.text("/items/0/id");
    knows_much(&app, TenantId(owner.tenant_id.parse().expect("a UUID")), bot.parse().expect("a UUID")).await;

    let path = format!("/api/bots/{bot}/search?q=word7");
    let mut searches: FuturesUnordered<_> =
        (0..WAITING).map(|_| async { app.get(&path).api_key(&key).send().await }).collect();
    let mut read_meanwhile = 0;
    loop {
        tokio::select! {
            biased;
            found = searches.next() => {
                let found = found.expect("as many as have begun");
                assert_eq!(found.status, 200, "{}", found.raw);
                break;
            }
            read = app.get("/api/people").api_key(&key).send() => {
                assert_eq!(read.status, 200, "{}", read.raw);
                read_meanwhile += 1;
            }
        }
    }
    // Had they connections in their hands, the first reads would have come through, and no more.
    assert!(read_meanwhile > 10, "only {read_meanwhile} reads while the index was built");
    assert!(searches.all(async |found| found.status == 200).await);
}
