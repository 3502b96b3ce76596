//! Writing by hand and through the API.

use std::time::Duration;

use rstest::rstest;
use switchboard_graph_client::MessageBody;
use switchboard_inbox::send::{NewMessage, SendError};
use switchboard_store::{MessageStatus, NumberStatus, Scope, new_id, number};
use switchboard_test_support::Engine;

use crate::support::{DAY, QUIET, World};

fn template() -> MessageBody {
    MessageBody::Template { name: "order_ready".into(), language: "en_US".into(), components: Vec::new() }
}

#[rstest]
#[tokio::test]
async fn outside_the_window_only_a_template_is_queued(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let closes_at = world.now() + DAY;
    world.passes(DAY);
    let refused = world.send("too late").await;
    assert!(
        matches!(refused, Err(SendError::WindowClosed { closed_at }) if closed_at == Some(closes_at)),
        "{refused:?}"
    );
    assert_eq!((world.outbox().await, world.thread().await.len()), (0, 1));
    // What was refused takes nothing over.
    assert_eq!(world.conversation().await.control_version, 1);

    let new = NewMessage { body: template(), ..world.operators("").await };
    let sent = world.send_message(new).await.unwrap();
    world.drain().await;
    assert_eq!(world.status_of(&sent).await, MessageStatus::Sent);
}

#[rstest]
#[tokio::test]
async fn a_queued_message_whose_window_closes_fails_and_calls_people(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    world.passes(DAY);
    world.drain().await;
    let failed = world.found(answer.id).await;
    assert_eq!((failed.status, world.outbox().await), (MessageStatus::Failed, 0));
    assert!(failed.error.unwrap().0["message"].as_str().unwrap().contains("service window"));
    assert!(world.graph.calls().is_empty());
    assert!(world.conversation().await.needs_person);
}

#[rstest]
#[tokio::test]
async fn the_window_opens_again_when_the_customer_writes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.passes(DAY);
    world.says("still there?").await;
    world.passes(Duration::from_millis(86_399_999));
    world.send("yes").await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_repeated_idempotency_key_is_one_message_and_a_reused_one_is_refused(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let new = NewMessage { idempotency_key: Some("key-1".into()), ..world.operators("hello from a person").await };
    let first = world.send_message(new.clone()).await.unwrap();
    world.drain().await;
    // The conversation goes back, and the window closes: the answer to the same request stays the same.
    world.hand_back().await;
    world.passes(DAY);
    let again = world.send_message(new.clone()).await.unwrap();
    assert_eq!((again.id, again.status), (first.id, MessageStatus::Sent));
    world.drain().await;
    assert_eq!(world.sent(), ["hello from a person"]);

    let another = MessageBody::Text { body: "something else".into(), preview_url: false };
    let reused = world.send_message(NewMessage { body: another, ..new }).await;
    assert!(matches!(reused, Err(SendError::KeyReused)), "{reused:?}");
}

#[rstest]
#[tokio::test]
async fn a_repeated_key_knows_a_message_with_fractions_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("where are you?").await;
    let body = MessageBody::Location { latitude: 41.0, longitude: -28.976_018_1, name: None, address: None };
    let new = NewMessage { body, idempotency_key: Some("key-1".into()), ..world.operators("").await };
    let first = world.send_message(new.clone()).await.unwrap();
    assert_eq!(world.send_message(new).await.unwrap().id, first.id);
}

#[rstest]
#[tokio::test]
async fn two_requests_with_one_key_at_once_are_one_message(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let new = NewMessage { idempotency_key: Some("key-1".into()), ..world.operators("once").await };
    let (one, two) = tokio::join!(world.queue(new.clone()), world.queue(new));
    assert_eq!(one.id, two.id);
    world.drain().await;
    assert_eq!(world.sent(), ["once"]);
}

#[rstest]
#[tokio::test]
async fn nothing_is_queued_for_a_conversation_that_is_not_there_or_a_number_that_is_gone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let nowhere = NewMessage { conversation_id: new_id(world.now()), ..world.operators("hello").await };
    assert!(matches!(world.send_message(nowhere).await, Err(SendError::NotFound)));
    let empty =
        NewMessage { body: MessageBody::Text { body: String::new(), preview_url: false }, ..world.operators("").await };
    assert!(matches!(world.send_message(empty).await, Err(SendError::Invalid(_))));

    let queued = world.send("before").await.unwrap();
    let (tenant, now) = (world.bakery.tenant, world.now());
    let mut tx = world.test.db.write(Scope::Tenant(tenant)).await.unwrap();
    number::set_status(&mut tx.conn(), tenant, world.bakery.number, NumberStatus::Disconnected, None, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(world.send("after").await, Err(SendError::NumberDisconnected)));
    world.passes(QUIET);
    world.drain().await;
    assert_eq!(world.status_of(&queued).await, MessageStatus::Failed);
    assert!(world.graph.calls().is_empty());
}
