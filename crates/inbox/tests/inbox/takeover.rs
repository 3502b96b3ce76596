//! Takeover wins.

use rstest::rstest;
use switchboard_inbox::{
    send::NewMessage,
    turns::{Conclusion, Finished},
};
use switchboard_store::{Author, Control, MessageStatus};
use switchboard_test_support::Engine;

use crate::support::{Answer, QUIET, World};

#[rstest]
#[tokio::test]
async fn a_draft_that_a_takeover_overtakes_is_offered_and_never_sent(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    let taken = world.take_over().await;
    assert_eq!((taken.in_flight, taken.conversation.control), (0, Control::Human));
    assert_eq!(taken.conversation.control_version, lease.control_version + 1);

    assert_eq!(world.answer(lease, "good day").await, Finished::TakenOver);

    world.drain().await;
    assert_eq!((world.sent().len(), world.thread().await.len()), (0, 1));
    assert_eq!(world.conversation().await.suggestion.as_deref(), Some("good day"));
}

#[rstest]
#[tokio::test]
async fn a_queued_answer_is_cancelled_by_a_takeover_and_offered(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    let taken = world.take_over().await;
    assert_eq!((taken.in_flight, taken.conversation.suggestion.as_deref()), (0, Some("good day")));
    world.drain().await;
    assert_eq!((world.sent().len(), world.outbox().await), (0, 0));
    assert_eq!(world.status_of(&answer).await, MessageStatus::Cancelled);
}

#[rstest]
#[tokio::test]
async fn an_answer_on_the_wire_counts_as_in_flight_and_is_not_sent_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(Answer::Refuse(500, 131_000), Answer::Refuse(400, 131_056), Answer::Close)] failure: Answer,
) {
    let held = match failure {
        Answer::Refuse(500, _) => &Answer::Refuse(500, 131_000),
        Answer::Refuse(..) => &Answer::Refuse(400, 131_056),
        _ => &Answer::Close,
    };
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    world.graph.answers([Answer::Held(held)]);
    let sending = world.start_sending(1).await;

    assert_eq!(world.take_over().await.in_flight, 1);

    world.finish_sending(sending, 1).await;
    for _ in 0..10 {
        world.passes(QUIET * 30);
        world.drain().await;
    }
    assert_eq!(world.graph.calls().len(), 1);
    assert_eq!(world.outbox().await, 0);
    assert_eq!(world.status_of(&answer).await, MessageStatus::Cancelled);
    assert_eq!(world.conversation().await.suggestion.as_deref(), Some("good day"));
}

#[rstest]
#[tokio::test]
async fn an_answer_on_the_wire_that_arrives_after_the_takeover_is_shown_as_sent(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    world.graph.answers([Answer::Held(&Answer::Accept)]);
    let sending = world.start_sending(1).await;
    assert_eq!(world.take_over().await.in_flight, 1);
    world.finish_sending(sending, 1).await;
    assert_eq!(world.status_of(&answer).await, MessageStatus::Sent);
    assert_eq!(world.conversation().await.control, Control::Human);
}

#[rstest]
#[tokio::test]
async fn of_an_answer_in_parts_a_takeover_stops_what_has_not_left(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("tell me everything").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.finish(lease, Conclusion::Answer(["one", "two", "three"].map(str::to_owned).to_vec())).await;
    world.graph.answers([Answer::Held(&Answer::Accept)]);
    let sending = world.start_sending(1).await;
    let taken = world.take_over().await;
    assert_eq!((taken.in_flight, taken.conversation.suggestion.as_deref()), (1, Some("two\n\nthree")));
    world.finish_sending(sending, 1).await;
    assert_eq!(world.sent(), ["one"]);
    assert_eq!(world.outbox().await, 0);
}

#[rstest]
#[tokio::test]
async fn writing_by_hand_takes_over(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(Author::Operator, Author::Api)] author: Author,
) {
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    let new = NewMessage { author, ..world.operators("hello from a person").await };
    let by_hand = world.send_message(new).await.unwrap();
    world.drain().await;
    assert_eq!(world.sent(), ["hello from a person"]);
    assert_eq!(world.status_of(&answer).await, MessageStatus::Cancelled);
    assert_eq!(world.status_of(&by_hand).await, MessageStatus::Sent);
    let row = world.conversation().await;
    assert_eq!((row.control, row.needs_person, row.unread_count), (Control::Human, false, 0));
    assert_eq!(row.control_reason.as_deref(), Some(if author == Author::Api { "api" } else { "operator" }));
    assert!(row.control_by.is_some());
}

#[rstest]
#[tokio::test]
async fn a_message_typed_on_the_phone_takes_over(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    let outcome = world.receive(&[world.echo("hello from the phone")]).await;
    assert!(outcome.outbox);
    world.drain().await;
    assert!(world.sent().is_empty());
    assert_eq!(world.status_of(&answer).await, MessageStatus::Cancelled);
    let row = world.conversation().await;
    assert_eq!((row.control, row.control_reason.as_deref()), (Control::Human, Some("phone")));
    assert_eq!((row.answered_seq, row.unread_count), (1, 0));
    let typed = world.thread().await.pop().unwrap();
    assert_eq!((typed.author, typed.status), (Author::Phone, MessageStatus::Sent));
}

#[rstest]
#[tokio::test]
async fn a_message_typed_on_the_phone_while_the_model_thinks_stops_the_answer(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.receive(&[world.echo("hello from the phone")]).await;
    assert_eq!(world.answer(lease, "good day").await, Finished::TakenOver);
    assert_eq!(world.outbox().await, 0);
}

#[rstest]
#[tokio::test]
async fn takeover_and_answer_at_once_never_end_in_an_ai_message_after_the_takeover(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    for round in 0..10 {
        world.says(&format!("question {round}")).await;
        world.passes(QUIET);
        let lease = world.claim_one().await;
        let answer = Conclusion::Answer(vec![format!("answer {round}")]);
        let (finished, _) = tokio::join!(world.finish_unchecked(lease, answer), world.take_over_unchecked());
        world.check().await;
        assert!(matches!(finished, Finished::Committed | Finished::TakenOver), "{finished:?}");
        world.drain().await;
        assert!(world.sent().is_empty());
        assert_eq!(world.conversation().await.suggestion, Some(format!("answer {round}")));
        // A person answers, so that the next round begins afresh.
        world.receive(&[world.echo("by hand")]).await;
        world.hand_back().await;
    }
}

#[rstest]
#[tokio::test]
async fn what_a_customer_writes_while_people_are_in_control_makes_no_turn(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.take_over().await;
    world.says("are you there?").await;
    world.passes(QUIET * 10);
    assert!(world.claim().await.is_empty());
    assert_eq!(world.conversation().await.unread_count, 2);
}
