//! The state is good once, for ten minutes, in the right hands.

use std::time::Duration;

use rstest::rstest;
use switchboard_onboarding::{Caller, Finished, OnboardingError};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use uuid::Uuid;

use crate::support::{World, graph, letters};

#[rstest]
#[tokio::test]
async fn a_state_is_good_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    let state = world.started(world.owner).await;
    assert_eq!(world.returns(world.owner, &state).await.unwrap(), Finished::Connected);
    let again = world.returns(world.owner, &state).await;
    assert!(matches!(again, Err(OnboardingError::StateReplayed)), "{again:?}");
    assert_eq!(letters(&world.status(world.owner).await), "ddddddd");
}

#[rstest]
#[tokio::test]
async fn of_two_that_bring_a_state_at_once_one_goes_on(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    let state = world.started(world.owner).await;
    let (one, other) = tokio::join!(world.returns(world.owner, &state), world.returns(world.owner, &state));
    let (good, bad) = if one.is_ok() { (one, other) } else { (other, one) };
    assert_eq!(good.unwrap(), Finished::Connected);
    assert!(matches!(bad, Err(OnboardingError::StateReplayed)), "{bad:?}");
}

#[rstest]
#[tokio::test]
async fn a_state_is_good_for_ten_minutes(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    let state = world.started(world.owner).await;
    world.later(Duration::from_mins(10));
    let late = world.returns(world.owner, &state).await;
    assert!(matches!(late, Err(OnboardingError::StateExpired)), "{late:?}");
    let state = world.started(world.owner).await;
    world.later(Duration::from_mins(10) - Duration::from_millis(1));
    assert_eq!(world.returns(world.owner, &state).await.unwrap(), Finished::Connected);
}

#[rstest]
#[tokio::test]
async fn a_stolen_state_is_refused_and_stays_good_for_its_owner(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    let state = world.started(world.owner).await;
    let thieves = [
        world.stranger().await,
        Caller { person: Uuid::new_v4(), ..world.owner },
        Caller { session: Some(Uuid::new_v4()), ..world.owner },
        Caller { session: None, ..world.owner },
        Caller { tenant: world.stranger().await.tenant, ..world.owner },
    ];
    for thief in thieves {
        let stolen = world.returns(thief, &state).await;
        assert!(matches!(stolen, Err(OnboardingError::StateNotYours)), "{thief:?}: {stolen:?}");
    }
    assert_eq!(graph::calls(&world.meta).await, <[String; 0]>::default());
    assert_eq!(world.returns(world.owner, &state).await.unwrap(), Finished::Connected);
}

#[rstest]
#[tokio::test]
async fn a_made_up_state_is_refused(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.started(world.owner).await;
    let made_up = world.returns(world.owner, &"made-up".into()).await;
    assert!(matches!(made_up, Err(OnboardingError::StateInvalid)), "{made_up:?}");
}
