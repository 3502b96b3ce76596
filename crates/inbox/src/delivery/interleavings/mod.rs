//! Whatever order things happen in, and whatever happens at once, the promises hold.
//!
//! Two replicas work on one database. What they do is drawn at random, one thing at a time or two at once on different
//! connections; workers vanish, transactions are rolled back, webhooks come twice, early and late. After every round the
//! database is looked at; in the end time passes, Graph answers, and everybody must have been served.

mod check;
mod perform;
mod step;
mod world;

use std::cell::RefCell;

use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rstest::rstest;
use switchboard_store::Db;
use switchboard_test_support::{Engine, TestDb};

use self::{
    step::{Round, rounds},
    world::World,
};

const CASES: u32 = 64;

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn promises_hold_in_every_interleaving(#[case] engine: Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // Cases share a database, each with tenants of its own, until one fails: what it left behind must mislead nobody.
    let shared: RefCell<Option<Replicas>> = RefCell::new(None);
    // A failing case is printed; nothing is written to the source tree.
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let outcome = TestRunner::new(config).run(&rounds(), |rounds| {
        let replicas = shared.borrow_mut().take();
        let replicas = runtime.block_on(async {
            let replicas = match replicas {
                Some(replicas) => replicas,
                None => Replicas::new(engine).await,
            };
            live_through(&replicas, rounds).await?;
            Ok::<_, TestCaseError>(replicas)
        })?;
        *shared.borrow_mut() = Some(replicas);
        Ok(())
    });
    let _guard = runtime.enter();
    drop(shared);
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Two processes on one database.
struct Replicas {
    test: TestDb,
    other: Db,
}

impl Replicas {
    async fn new(engine: Engine) -> Self {
        let test = TestDb::new(engine).await;
        let other = test.open_again().await;
        Self { test, other }
    }
}

async fn live_through(replicas: &Replicas, rounds: Vec<Round>) -> Result<(), TestCaseError> {
    let mut world = World::new([replicas.test.db.clone(), replicas.other.clone()]).await;
    for round in rounds {
        world.live(&round).await?;
    }
    world.come_to_rest().await?;
    world.hand_everything_back().await?;
    world.come_to_rest().await?;
    world.everybody_was_served().await
}
