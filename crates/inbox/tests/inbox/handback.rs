//! Back to the AI: by hand, and by itself.

use std::time::Duration;

use rstest::rstest;
use switchboard_inbox::{receive::Received, turns::Finished};
use switchboard_store::Control;
use switchboard_test_support::Engine;

use crate::support::{DAY, QUIET, World};

const HOUR: Duration = Duration::from_hours(1);

#[rstest]
#[tokio::test]
async fn a_handback_answers_what_nobody_has_answered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.take_over().await;
    world.says("anybody?").await;
    world.hand_back().await;
    let lease = world.claim_one().await;
    assert_eq!((lease.last_inbound_seq, lease.answered_seq), (2, 0));
    assert_eq!(world.answer(lease, "sorry for the wait").await, Finished::Committed);
    world.drain().await;
    assert_eq!(world.sent(), ["sorry for the wait"]);
}

#[rstest]
#[tokio::test]
async fn a_handback_does_not_answer_what_a_person_has_answered(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.send("hello from a person").await.unwrap();
    let row = world.hand_back().await;
    assert_eq!((row.control, row.turn_due_at), (Control::Ai, None));
    world.says("thanks").await;
    world.passes(QUIET);
    assert_eq!(world.claim_one().await.answered_seq, 1);
}

#[rstest]
#[tokio::test]
async fn an_answer_thought_out_before_takeover_and_handback_does_not_leave(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.take_over().await;
    world.hand_back().await;
    assert_eq!(world.answer(lease, "thought out before").await, Finished::Again);
    let lease = world.claim_one().await;
    assert_eq!(world.answer(lease, "thought out after").await, Finished::Committed);
    world.drain().await;
    assert_eq!(world.sent(), ["thought out after"]);
}

#[rstest]
#[tokio::test]
async fn a_turn_overtaken_by_a_person_who_answered_and_handed_back_is_over(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.send("hello from a person").await.unwrap();
    world.hand_back().await;
    assert_eq!(world.answer(lease, "good day").await, Finished::Again);
    assert!(world.claim().await.is_empty(), "nothing is left to be answered");
    world.drain().await;
    assert_eq!(world.sent(), ["hello from a person"]);
}

#[rstest]
#[tokio::test]
async fn what_the_ai_may_not_answer_any_more_stays_with_people_after_a_handback(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.take_over().await;
    world.passes(DAY);
    let row = world.hand_back().await;
    assert_eq!((row.control, row.needs_person, row.turn_due_at), (Control::Ai, true, None));
}

#[rstest]
#[tokio::test]
async fn a_conversation_goes_back_by_itself_when_nobody_has_written_for_the_set_time(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.auto_handback(HOUR).await;
    world.says("hello").await;
    let taken = world.take_over().await;
    assert_eq!(taken.conversation.handback_at, Some(world.now() + HOUR));
    world.passes(HOUR / 2);
    world.send("one moment").await.unwrap();
    world.passes(HOUR / 2);
    assert_eq!(world.hand_back_what_is_due().await, 0, "the operator's message has begun the time anew");
    world.passes(HOUR / 2);
    assert_eq!(world.hand_back_what_is_due().await, 1);
    let row = world.conversation().await;
    assert_eq!((row.control, row.control_reason.as_deref(), row.handback_at), (Control::Ai, Some("timeout"), None));
    assert_eq!(world.hand_back_what_is_due().await, 0);
}

#[rstest]
#[tokio::test]
async fn a_message_on_the_phone_begins_the_time_anew_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    for _ in 0..2 {
        world.passes(HOUR / 2);
        world.receive(&[Received { auto_handback: Some(HOUR), ..world.echo("by phone") }]).await;
        assert_eq!(world.conversation().await.handback_at, Some(world.now() + HOUR));
    }
}

#[rstest]
#[tokio::test]
async fn without_a_set_time_a_conversation_stays_with_people(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.take_over().await;
    world.passes(DAY * 365);
    assert_eq!(world.hand_back_what_is_due().await, 0);
    assert_eq!(world.conversation().await.control, Control::Human);
}
