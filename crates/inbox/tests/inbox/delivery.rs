//! Once out, in order, whatever happens on the way.

use std::time::Duration;

use rstest::rstest;
use switchboard_inbox::delivery::TokenRefused;
use switchboard_store::{MessageStatus, NumberStatus, Scope, waba};
use switchboard_test_support::Engine;

use crate::support::{Answer, World, party};

const MINUTE: Duration = Duration::from_mins(1);

#[rstest]
#[tokio::test]
async fn a_conversations_messages_leave_in_order_whatever_fails(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let failures = [
        Answer::Refuse(500, 131_000),
        Answer::Accept,
        Answer::Refuse(400, 131_056),
        Answer::Close,
        Answer::Accept,
        Answer::Refuse(400, 130_429),
        Answer::Accept,
        Answer::Refuse(503, 131_016),
        Answer::Refuse(500, 131_000),
    ];
    world.graph.answers(failures.into_iter().cycle().take(27));
    let texts: Vec<_> = (0..20).map(|n| format!("message {n}")).collect();
    for text in &texts {
        world.send(text).await.unwrap();
    }
    for _ in 0..100 {
        world.drain().await;
        world.passes(MINUTE);
    }
    assert_eq!(world.sent(), texts);
    assert_eq!(world.outbox().await, 0);
    assert!(world.thread().await.iter().skip(1).all(|message| message.status == MessageStatus::Sent));
}

#[rstest]
#[tokio::test]
async fn a_message_that_can_never_be_sent_does_not_hold_back_those_behind_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.graph.answers([Answer::Refuse(400, 131_026)]);
    let lost = world.send("lost").await.unwrap();
    world.send("arrives").await.unwrap();
    world.drain().await;
    assert_eq!(world.sent(), ["arrives"]);
    let lost = world.found(lost.id).await;
    assert_eq!((lost.status, lost.error.unwrap().0["code"].as_i64()), (MessageStatus::Failed, Some(131_026)));
    assert!(world.conversation().await.needs_person);
}

#[rstest]
#[tokio::test]
async fn one_message_of_a_conversation_is_on_the_wire_while_others_go(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.send("first").await.unwrap();
    world.send("second").await.unwrap();
    world.graph.answers([Answer::Held(&Answer::Accept), Answer::Held(&Answer::Accept)]);
    let sending = world.start_sending(1).await;
    world.another_delivery().await.drain().await.unwrap();
    assert_eq!(world.graph.calls().len(), 1, "the second waits for the first");
    world.check().await;
    world.finish_sending(sending, 2).await;
    assert_eq!(world.sent(), ["first", "second"]);
}

#[rstest]
#[tokio::test]
async fn a_message_that_keeps_failing_is_given_up_and_people_are_called(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.graph.answers_number("101", Some(Answer::Refuse(500, 131_000)));
    let message = world.send("hopeless").await.unwrap();
    for _ in 0..20 {
        world.drain().await;
        world.passes(MINUTE * 10);
    }
    assert_eq!((world.graph.calls().len(), world.outbox().await), (8, 0));
    assert_eq!(world.status_of(&message).await, MessageStatus::Failed);
    assert!(world.conversation().await.needs_person);
}

#[rstest]
#[tokio::test]
async fn a_message_whose_fate_is_unknown_waits_for_a_status_before_it_is_sent_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.graph.answers([Answer::Close]);
    let message = world.send("once").await.unwrap();
    world.send("behind it").await.unwrap();
    world.drain().await;
    assert_eq!(world.status_of(&message).await, MessageStatus::Unknown);
    world.passes(Duration::from_millis(29_999));
    world.drain().await;
    assert_eq!(world.graph.calls().len(), 1);
    world.passes(Duration::from_millis(1));
    world.drain().await;
    assert_eq!(world.sent(), ["once", "behind it"]);
}

#[rstest]
#[tokio::test]
async fn a_status_settles_a_message_whose_fate_is_unknown(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.graph.answers([Answer::AcceptAndClose]);
    let message = world.send("once").await.unwrap();
    world.send("behind it").await.unwrap();
    world.drain().await;
    let outcome = world.status(&message, "wamid.OUT0", MessageStatus::Delivered).await;
    assert!(outcome.outbox, "what waits behind it may go");
    world.passes(MINUTE);
    world.drain().await;
    assert_eq!(world.sent(), ["once", "behind it"]);
    let settled = world.found(message.id).await;
    assert_eq!((settled.status, settled.wamid.as_deref()), (MessageStatus::Delivered, Some("wamid.OUT0")));
    assert!(settled.error.is_none());
}

#[rstest]
#[tokio::test]
async fn a_message_whose_fate_stays_unknown_is_not_sent_for_ever(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.graph.answers_number("101", Some(Answer::AcceptAndClose));
    let message = world.send("again and again").await.unwrap();
    for _ in 0..30 {
        world.drain().await;
        world.passes(MINUTE);
    }
    assert_eq!((world.graph.calls().len(), world.outbox().await), (8, 0));
    assert_eq!(world.status_of(&message).await, MessageStatus::Failed);
    assert!(world.conversation().await.needs_person);
}

/// The process that was sending is gone, or as good as gone.
#[rstest]
#[tokio::test]
async fn a_send_whose_worker_vanished_becomes_unknown_and_leaves_after_the_wait(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    world.graph.answers([Answer::Held(&Answer::Close)]);
    let vanished = world.start_sending(1).await;
    vanished.abort();
    let other = world.another_delivery().await;
    world.passes(Duration::from_secs(19));
    other.drain().await.unwrap();
    assert_eq!(world.status_of(&answer).await, MessageStatus::Sending);
    world.passes(Duration::from_secs(1));
    other.drain().await.unwrap();
    assert_eq!(world.status_of(&answer).await, MessageStatus::Unknown);
    world.passes(Duration::from_secs(30));
    other.drain().await.unwrap();
    assert_eq!((world.sent(), world.graph.calls().len()), (vec!["good day".to_owned()], 2));
    assert_eq!(world.status_of(&answer).await, MessageStatus::Sent);
}

/// Its call took longer than its lease and the wait, and the message stands in the queue again, held back by its number.
#[rstest]
#[tokio::test]
async fn a_message_that_turns_out_to_have_left_is_not_sent_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    world.graph.answers([Answer::Held(&Answer::Accept)]);
    let slow = world.start_sending(1).await;
    let other = world.another_delivery().await;
    token_is(&world, NumberStatus::ReauthRequired).await;
    for _ in 0..2 {
        world.passes(Duration::from_secs(31));
        other.drain().await.unwrap();
    }
    assert_eq!(world.status_of(&answer).await, MessageStatus::Queued);
    world.finish_sending(slow, 1).await;
    token_is(&world, NumberStatus::Connected).await;
    world.passes(MINUTE);
    world.drain().await;
    assert_eq!((world.graph.calls().len(), world.outbox().await), (1, 0));
    assert_eq!(world.status_of(&answer).await, MessageStatus::Sent);
}

#[rstest]
#[tokio::test]
async fn a_refused_token_is_told_of_and_the_message_waits_for_a_new_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.graph.answers([Answer::Refuse(401, 190)]);
    let message = world.send("patience").await.unwrap();
    world.drain().await;
    let refused = world.refused.lock().unwrap().try_recv().unwrap();
    let TokenRefused { tenant_id, waba, reason } = refused;
    assert_eq!((tenant_id, waba), (world.bakery.tenant, world.bakery.waba));
    assert!(!reason.is_empty());
    assert_eq!(world.status_of(&message).await, MessageStatus::Queued);

    token_is(&world, NumberStatus::ReauthRequired).await;
    for _ in 0..5 {
        world.passes(MINUTE);
        world.drain().await;
    }
    assert_eq!(world.graph.calls().len(), 1, "nothing is tried with a dead token");
    // A customer who writes meanwhile is stored.
    world.says("hello?").await;

    token_is(&world, NumberStatus::Connected).await;
    world.release_number().await;
    world.drain().await;
    assert_eq!(world.sent(), ["patience"]);
    assert_eq!(world.status_of(&message).await, MessageStatus::Sent);
}

async fn token_is(world: &World, status: NumberStatus) {
    let (tenant, waba, now) = (world.bakery.tenant, world.bakery.waba, world.now());
    let mut tx = world.test.db.write(Scope::Tenant(tenant)).await.unwrap();
    let changed = match status {
        NumberStatus::Connected => waba::reconnected(&mut tx.conn(), tenant, waba, now).await,
        _ => waba::reauth_required(&mut tx.conn(), tenant, waba, "Connect it again.", now).await,
    };
    assert_eq!(changed.unwrap(), 1);
    tx.commit().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn several_processes_send_every_message_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let customers: Vec<_> = (0..10).map(|n| format!("1555300{n}")).collect();
    for phone in &customers {
        world.receive(&[world.message_from(party(Some(phone), None), "hello")]).await;
    }
    for row in world.conversations(world.bakery.tenant).await {
        for n in 0..4 {
            world.queue(world.operators_in(row.id, &format!("{} {n}", row.id))).await;
        }
    }
    let others = [world.another_delivery().await, world.another_delivery().await];
    for _ in 0..20 {
        let (a, b, c) = tokio::join!(world.delivery.drain(), others[0].drain(), others[1].drain());
        a.and(b).and(c).unwrap();
        world.passes(Duration::from_millis(200));
    }
    let sent = world.sent();
    assert_eq!(sent.len(), 40);
    for row in world.conversations(world.bakery.tenant).await {
        let own: Vec<_> = sent.iter().filter(|text| text.starts_with(&row.id.to_string())).collect();
        assert_eq!(own.len(), 4);
        assert!(own.is_sorted(), "{own:?}");
    }
}
