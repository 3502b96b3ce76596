//! `switchboard keys rotate --data-keys`, killed wherever it can be, beside a server that goes on serving.

use std::{os::unix::process::ExitStatusExt, process::Output, time::Duration};

use rstest::rstest;
use switchboard_store::{Scope, TenantId, tenant};
use switchboard_test_support::Engine;
use uuid::Uuid;

use super::{
    process::SIGABRT,
    site::{Site, customers},
};

#[rstest]
#[tokio::test]
async fn a_rotation_of_data_keys_that_is_killed_anywhere_is_gone_on_with(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let site = Site::start(engine, Duration::from_millis(100)).await;
    let server = site.serve().await;
    let tenant = site.tenant(&server).await;
    let before = site.data_keys(tenant).await;
    let customers = customers(4);
    let crashes = [("data_key.made", 2), ("data_key.resealed", 2), ("data_key.destroyed", 1)];
    for ((point, keys), customer) in crashes.iter().zip(&customers) {
        let ended = site.rotate(&[("SWITCHBOARD_CRASH_AT", point)]).await;
        assert_eq!(ended.status.signal(), Some(SIGABRT), "it dies at {point}: {ended:?}");
        assert_eq!(site.data_keys(tenant).await.len(), *keys, "after {point}");
        // The token opens under whichever key it is.
        site.asks(customer).await;
        site.each_is_answered_once(&server, std::slice::from_ref(customer)).await;
    }
    let ended = site.rotate(&[]).await;
    assert!(ended.status.success(), "{ended:?}");
    let after = site.data_keys(tenant).await;
    assert!(after.len() == 1 && after != before, "one key, and another: {before:?}, {after:?}");
    let ended = site.rotate(&[]).await;
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(said.starts_with("1 data key(s) are new"), "what was finished begins anew: {said}");

    // Also with nothing remembered of the old key.
    server.terminate().await;
    let server = site.serve().await;
    site.asks(&customers[3]).await;
    site.each_is_answered_once(&server, &customers[3..]).await;
    server.kill().await;
}

impl Site {
    async fn rotate(&self, more: &[(&str, &str)]) -> Output {
        let mut command = self.command("keys", more);
        command.args(["rotate", "--data-keys"]).output().await.expect("the binary starts")
    }

    async fn data_keys(&self, of: TenantId) -> Vec<Uuid> {
        let mut tx = self.db.db.read(Scope::System).await.expect("a transaction");
        tenant::keys(&mut tx.conn(), of).await.expect("they read").iter().map(|key| key.id).collect()
    }
}
