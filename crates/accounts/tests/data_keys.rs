//! Data keys are exchanged under tenants that go on sealing and opening.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use proptest::prelude::*;
use rstest::rstest;
use secrecy::ExposeSecret;
use switchboard_accounts::data_keys::{DataKeys, Step};
use switchboard_crypto::{KeyRing, envelope_key_id};
use switchboard_store::{
    Db, Millis, ReadReceipts, Scope, SystemClock, TenantId, TenantStatus, Vault, new_id, onboarding,
    onboarding::NewOnboarding, sealed::COLUMNS, tenant, tenant::Tenant, waba,
};
use switchboard_test_support::{Engine, TestDb};
use uuid::Uuid;

const RING: &str = "k:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NOW: Millis = Millis(1_700_000_000_000);

fn ring() -> KeyRing {
    KeyRing::parse(RING).expect("a good key ring")
}

fn data_keys(db: &Db) -> DataKeys {
    DataKeys { db: db.clone(), vault: Vault::new(ring()), clock: Arc::new(SystemClock) }
}

async fn tenant(db: &Db) -> Result<TenantId> {
    let id = TenantId(new_id(NOW));
    let row = Tenant {
        id,
        name: "Bakery".into(),
        status: TenantStatus::Active,
        auto_handback_ms: None,
        read_receipts: ReadReceipts::Typing,
        time_zone: "UTC".into(),
        created_at: NOW,
    };
    let mut tx = db.write(Scope::System).await?;
    tenant::insert(&mut tx.conn(), &row).await?;
    Vault::new(ring()).create_key(&mut tx.conn(), id, NOW).await?;
    tx.commit().await?;
    Ok(id)
}

/// Rows that hold secrets, each in a column of its own.
struct Rows {
    db: Db,
    tenant: TenantId,
    wabas: Vec<Uuid>,
    runs: Vec<Uuid>,
}

impl Rows {
    async fn new(db: &Db, tenant: TenantId, count: usize) -> Result<Self> {
        let mut rows = Self { db: db.clone(), tenant, wabas: Vec::new(), runs: Vec::new() };
        let mut tx = db.write(Scope::Tenant(tenant)).await?;
        for _ in 0..count {
            let (waba, run) = (new_id(NOW), new_id(NOW));
            waba::upsert(&mut tx.conn(), tenant, waba, &waba.simple().to_string(), Some("Bakery"), NOW).await?;
            let hash = run.as_bytes().repeat(2);
            let new = NewOnboarding {
                id: run,
                person_id: Uuid::nil(),
                session_id: None,
                state_hash: &hash,
                redirect_uri: "https://app.example/callback",
                created_at: NOW,
                expires_at: NOW,
                reauthorises: None,
            };
            onboarding::insert(&mut tx.conn(), tenant, &new).await?;
            rows.wabas.push(waba);
            rows.runs.push(run);
        }
        tx.commit().await?;
        for row in 0..2 * count {
            rows.put(&Vault::new(ring()), row, "at first").await?;
        }
        Ok(rows)
    }

    fn len(&self) -> usize {
        self.wabas.len() + self.runs.len()
    }

    fn place(&self, row: usize) -> (switchboard_crypto::Place, &'static switchboard_store::sealed::Column) {
        let (name, id) = match self.wabas.get(row) {
            Some(id) => ("waba", *id),
            None => ("onboarding", self.runs[row - self.wabas.len()]),
        };
        let column = COLUMNS.iter().find(|column| column.table == name).expect("it is listed");
        (column.place(self.tenant, id), column)
    }

    /// Seals and stores, as everybody does: in one transaction.
    async fn put(&self, vault: &Vault, row: usize, text: &str) -> Result<()> {
        let mut tx = self.db.write(Scope::Tenant(self.tenant)).await?;
        let (place, _) = self.place(row);
        let envelope = vault.seal(&mut tx.conn(), &place, text.as_bytes()).await?;
        if place.table == "waba" {
            waba::set_token(&mut tx.conn(), self.tenant, place.row, &envelope, None, None, NOW).await?;
        } else {
            onboarding::set_token(&mut tx.conn(), self.tenant, place.row, &envelope).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn envelope(&self, row: usize) -> Result<Vec<u8>> {
        let (place, column) = self.place(row);
        let mut tx = self.db.read(Scope::Tenant(self.tenant)).await?;
        column.get(&mut tx.conn(), self.tenant, place.row).await?.context("the row holds a secret")
    }

    /// Opens what was read a while ago, too.
    async fn open(&self, vault: &Vault, row: usize, envelope: &[u8]) -> Result<String> {
        let (place, _) = self.place(row);
        Ok(vault.open_text_at_hand(&self.db, &place, envelope).await?.expose_secret().to_owned())
    }

    async fn get(&self, vault: &Vault, row: usize) -> Result<String> {
        let envelope = self.envelope(row).await?;
        self.open(vault, row, &envelope).await
    }
}

async fn keys(db: &Db, tenant: TenantId) -> Result<Vec<Uuid>> {
    let mut tx = db.read(Scope::Tenant(tenant)).await?;
    let keys = tenant::keys(&mut tx.conn(), tenant).await?;
    Ok(keys.into_iter().map(|key| key.id).collect())
}

#[rstest]
#[tokio::test]
async fn every_secret_is_sealed_anew_and_the_old_key_is_gone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) -> Result<()> {
    let test = TestDb::new(engine).await;
    let (bakery, florist) = (tenant(&test.db).await?, tenant(&test.db).await?);
    // More than one batch of each.
    let (of_bakery, of_florist) = (Rows::new(&test.db, bakery, 105).await?, Rows::new(&test.db, florist, 1).await?);
    let before = (keys(&test.db, bakery).await?, keys(&test.db, florist).await?);
    let rotated = data_keys(&test.db).rotate_all(&ring()).await?;
    assert_eq!((rotated.keys, rotated.secrets, rotated.failures.len()), (2, 212, 0));
    for (rows, before) in [(&of_bakery, &before.0), (&of_florist, &before.1)] {
        let now = keys(&test.db, rows.tenant).await?;
        assert_eq!((before.len(), now.len()), (1, 1));
        assert_ne!(before, &now);
        let fresh = Vault::new(ring());
        for row in 0..rows.len() {
            assert_eq!(envelope_key_id(&rows.envelope(row).await?), Some(now[0]));
            assert_eq!(rows.get(&fresh, row).await?, "at first");
        }
    }
    // Each rotation is a new one.
    let again = data_keys(&test.db).rotate_all(&ring()).await?;
    assert_eq!((again.keys, again.secrets), (2, 212));
    let one = data_keys(&test.db).rotate_tenant(florist).await?;
    assert_eq!((one.keys, one.secrets), (1, 2));
    let mut tx = test.db.read(Scope::Tenant(florist)).await?;
    let filter = switchboard_store::audit::Filter::default();
    let audit = switchboard_store::audit::list(&mut tx.conn(), florist, &filter, None, 10).await?;
    assert_eq!(audit.iter().filter(|entry| entry.action == "data_key.rotated").count(), 3);
    Ok(())
}

#[rstest]
#[tokio::test]
async fn a_tenant_that_is_being_deleted_gets_no_new_key(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) -> Result<()> {
    let test = TestDb::new(engine).await;
    let gone = tenant(&test.db).await?;
    let mut tx = test.db.write(Scope::Tenant(gone)).await?;
    tenant::delete_keys_but(&mut tx.conn(), gone, Uuid::nil()).await?;
    tx.commit().await?;
    assert_eq!(data_keys(&test.db).step(gone, Millis(i64::MAX)).await?, Step::Done);
    assert!(keys(&test.db, gone).await?.is_empty());
    Ok(())
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_opened_keeps_its_key_and_keeps_nobody_else_from_a_new_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) -> Result<()> {
    let test = TestDb::new(engine).await;
    let (damaged, whole) = (tenant(&test.db).await?, tenant(&test.db).await?);
    let (rows, _) = (Rows::new(&test.db, damaged, 1).await?, Rows::new(&test.db, whole, 1).await?);
    let mut envelope = rows.envelope(0).await?;
    *envelope.last_mut().expect("an envelope has bytes") ^= 1;
    let mut tx = test.db.write(Scope::Tenant(damaged)).await?;
    waba::set_token(&mut tx.conn(), damaged, rows.wabas[0], &envelope, None, None, NOW).await?;
    tx.commit().await?;
    let rotated = data_keys(&test.db).rotate_all(&ring()).await?;
    assert_eq!((rotated.keys, rotated.failures.len()), (1, 1), "{rotated:?}");
    assert!(rotated.failures[0].contains(&damaged.to_string()), "{rotated:?}");
    assert_eq!(keys(&test.db, damaged).await?.len(), 2, "the old key stays");
    assert_eq!(rows.get(&Vault::new(ring()), 1).await?, "at first");
    Ok(())
}

/// Writers and readers at work while two rotate, again and again. Nobody fails, and everybody reads what was written last.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_seals_or_opens_meanwhile_notices(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) -> Result<()> {
    let test = TestDb::new(engine).await;
    let of = tenant(&test.db).await?;
    let rows = Arc::new(Rows::new(&test.db, of, 6).await?);
    let (stop, worked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut workers = Vec::new();
    for row in 0..rows.len() {
        let (rows, stop, worked) = (Arc::clone(&rows), Arc::clone(&stop), Arc::clone(&worked));
        workers.push(tokio::spawn(async move {
            // As in a process of its own: with no key at hand at first.
            let vault = Vault::new(ring());
            let mut n = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                n += 1;
                rows.put(&vault, row, &n.to_string()).await?;
                // Read now, opened a while later.
                let envelope = rows.envelope(row).await?;
                tokio::time::sleep(Duration::from_millis(n % 7)).await;
                anyhow::ensure!(rows.open(&Vault::new(ring()), row, &envelope).await? == n.to_string());
                anyhow::ensure!(rows.get(&vault, row).await? == n.to_string());
                worked.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        }));
    }
    let mut rotations = 0;
    while rotations < 8 || worked.load(Ordering::Relaxed) < 100 {
        let (one, other) = (data_keys(&test.db), data_keys(&test.db));
        let (one, other) = tokio::join!(one.rotate_tenant(of), other.rotate_tenant(of));
        rotations += one?.keys + other?.keys;
        anyhow::ensure!(workers.iter().all(|worker| !worker.is_finished()), "somebody at work has failed");
    }
    stop.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await??;
    }
    let left = keys(&test.db, of).await?;
    assert_eq!(left.len(), 1);
    for row in 0..rows.len() {
        assert_eq!(envelope_key_id(&rows.envelope(row).await?), Some(left[0]));
    }
    Ok(())
}

/// On PostgreSQL a transaction may have sealed and not stored yet when the old key is to go.
#[tokio::test]
async fn a_key_is_not_destroyed_under_a_transaction_that_seals_with_it() -> Result<()> {
    let test = TestDb::new(Engine::Postgres).await;
    let of = tenant(&test.db).await?;
    let rows = Rows::new(&test.db, of, 1).await?;
    let old = keys(&test.db, of).await?;
    let mut slow = test.db.write(Scope::Tenant(of)).await?;
    let (place, _) = rows.place(0);
    let envelope = Vault::new(ring()).seal(&mut slow.conn(), &place, b"slowly").await?;

    let rotating = tokio::spawn({
        let keys = data_keys(&test.db);
        async move { keys.rotate_tenant(of).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!rotating.is_finished() && keys(&test.db, of).await?.contains(&old[0]), "the old key is waited with");
    // Sealed with the old key, and stored after everything else had been sealed anew.
    assert_eq!(envelope_key_id(&envelope), Some(old[0]));
    waba::set_token(&mut slow.conn(), of, place.row, &envelope, None, None, NOW).await?;
    slow.commit().await?;
    assert_eq!(rotating.await??.keys, 1);
    assert_eq!(rows.get(&Vault::new(ring()), 0).await?, "slowly");
    assert!(!keys(&test.db, of).await?.contains(&old[0]));
    Ok(())
}

/// What may happen between two steps of a rotation.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// One of two who rotate does their next step; `0` and `1`.
    Step(usize),
    /// A new rotation is wanted from now on.
    Want,
    /// A new value is stored in a row.
    Write(usize),
    /// An envelope is read, and opened at a later `Open`.
    Read(usize),
    Open,
    /// The process of one who rotates dies and another goes on.
    Crash(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        5 => (0..2_usize).prop_map(Event::Step),
        1 => Just(Event::Want),
        2 => (0..4_usize).prop_map(Event::Write),
        2 => (0..4_usize).prop_map(Event::Read),
        2 => Just(Event::Open),
        1 => (0..2_usize).prop_map(Event::Crash),
    ];
    proptest::collection::vec(event, 10..60)
}

/// In whatever order things happen: every secret opens to what was written last, also from an envelope that was read
/// before, and a rotation that is let finish leaves one key that is new.
async fn interleaved(engine: Engine, events: Vec<Event>) -> Result<()> {
    let test = TestDb::new(engine).await;
    let of = tenant(&test.db).await?;
    let rows = Rows::new(&test.db, of, 2).await?;
    let serving = Vault::new(ring());
    let mut rotating = [data_keys(&test.db), data_keys(&test.db)];
    let (mut since, mut n) = (Millis(NOW.0 + 1), 0);
    let mut values: HashMap<usize, String> = (0..rows.len()).map(|row| (row, "at first".to_owned())).collect();
    let mut read: Vec<(usize, Vec<u8>, String)> = Vec::new();
    for event in events {
        match event {
            Event::Step(who) => _ = rotating[who].step(of, since).await?,
            Event::Want => {
                let mut tx = test.db.read(Scope::Tenant(of)).await?;
                let newest = tenant::keys(&mut tx.conn(), of).await?.first().map(|key| key.created_at);
                since = Millis(newest.context("the tenant has a key")?.0 + 1);
            }
            Event::Write(row) => {
                n += 1;
                rows.put(&serving, row, &n.to_string()).await?;
                values.insert(row, n.to_string());
                // What was read before is over with that.
                read.retain(|(of, ..)| *of != row);
            }
            Event::Read(row) => read.push((row, rows.envelope(row).await?, values[&row].clone())),
            Event::Open => {
                for (row, envelope, value) in read.drain(..) {
                    anyhow::ensure!(rows.open(&Vault::new(ring()), row, &envelope).await? == value);
                }
            }
            Event::Crash(who) => rotating[who] = data_keys(&test.db),
        }
        let count = keys(&test.db, of).await?.len();
        anyhow::ensure!((1..=2).contains(&count), "{count} keys");
    }
    while rotating[0].step(of, since).await? != Step::Done {}
    let left = keys(&test.db, of).await?;
    anyhow::ensure!(left.len() == 1);
    for (row, value) in values {
        anyhow::ensure!(rows.get(&serving, row).await? == value);
        anyhow::ensure!(envelope_key_id(&rows.envelope(row).await?) == Some(left[0]));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_rotation_may_be_interleaved_with_anything(
        events in events(),
        engine in prop_oneof![2 => Just(Engine::Sqlite), 1 => Just(Engine::Postgres)],
    ) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(interleaved(engine, events)).map_err(|error| TestCaseError::fail(format!("{error:#}")))?;
    }
}
