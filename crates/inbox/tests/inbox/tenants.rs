//! Tenants never meet.

use rstest::rstest;
use switchboard_inbox::{
    control,
    incoming::{Content, Incoming, Said},
    send::{NewMessage, SendError},
};
use switchboard_store::{MessageStatus, Scope, message};
use switchboard_test_support::Engine;

use crate::support::{World, body};

#[rstest]
#[tokio::test]
async fn one_customer_of_two_businesses_is_two_contacts(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let florist = world.another_business().await;
    let to_bakery = world.message("a bread");
    // Even a message id they share is two messages.
    let Incoming::Message(said) = &to_bakery.incoming else { unreachable!() };
    let to_florist = florist.receives(Incoming::Message(Said { content: body("a rose"), ..said.clone() }));
    world.receive(&[to_bakery, to_florist]).await;

    let bakerys = world.conversation().await;
    let florists = world.conversations(florist.tenant).await.remove(0);
    assert_ne!(bakerys.contact_id, florists.contact_id);
    for (row, text) in [(&bakerys, "a bread"), (&florists, "a rose")] {
        let thread = world.thread_of(row).await;
        assert_eq!((thread.len(), thread[0].text.as_deref()), (1, Some(text)));
    }
}

#[rstest]
#[tokio::test]
async fn a_status_or_a_change_through_another_business_changes_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let florist = world.another_business().await;
    let question = world.says("hello").await;
    let message = world.send("good day").await.unwrap();
    world.drain().await;
    let before = (world.conversation().await, world.thread().await);

    let foreign = |incoming: Incoming| florist.receives(incoming);
    let (with_id, without) = (Some(message.id), None);
    world
        .receive(&[
            foreign(Incoming::Status(world.status_update("wamid.OUT0", MessageStatus::Read, with_id))),
            foreign(Incoming::Status(world.status_update("wamid.OUT0", MessageStatus::Failed, without))),
            foreign(Incoming::Message(world.said(Content::Revoke { target: question.wamid.clone().unwrap() }))),
            foreign(Incoming::Echo(world.said(body("by phone")))),
        ])
        .await;
    assert_eq!((world.conversation().await, world.thread().await), before);
}

/// The same tenant, but another of its numbers.
#[rstest]
#[tokio::test]
async fn a_status_through_another_number_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let second = world.bakery.with_number(&world.test.db, "second", world.now()).await;
    world.says("hello").await;
    let message = world.send("good day").await.unwrap();
    let update = world.status_update("wamid.X", MessageStatus::Read, Some(message.id));
    world.receive(&[second.receives(Incoming::Status(update))]).await;
    assert_eq!(world.status_of(&message).await, MessageStatus::Queued);
    world.drain().await;
    assert_eq!(world.status_of(&message).await, MessageStatus::Sent);
}

#[rstest]
#[tokio::test]
async fn a_business_cannot_reach_the_conversations_of_another(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let florist = world.another_business().await;
    let stored = world.says("hello").await;
    let before = world.conversation().await;
    let mut tx = world.test.db.write(Scope::Tenant(florist.tenant)).await.unwrap();
    let conn = &mut tx.conn();
    let now = world.now();
    assert!(control::take_over(conn, now, florist.tenant, before.id, None).await.unwrap().is_none());
    assert!(control::hand_back(conn, now, florist.tenant, before.id, "operator").await.unwrap().is_none());
    assert!(control::mark_read(conn, now, florist.tenant, before.id).await.unwrap().is_none());
    assert!(message::get(conn, florist.tenant, before.id, stored.id).await.unwrap().is_none());
    tx.commit().await.unwrap();
    let new = NewMessage { tenant_id: florist.tenant, ..world.operators("hello").await };
    assert!(matches!(world.send_message(new).await, Err(SendError::NotFound)));
    assert_eq!(world.conversation().await, before);
}

#[rstest]
#[tokio::test]
async fn each_business_sends_with_its_own_token(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let florist = world.another_business().await;
    world.says("hello").await;
    world.receive(&[florist.receives(Incoming::Message(world.said(body("hello"))))]).await;
    world.send("from the bakery").await.unwrap();
    let row = world.conversations(florist.tenant).await.remove(0);
    let new = NewMessage { tenant_id: florist.tenant, ..world.operators_in(row.id, "from the florist") };
    world.queue(new).await;
    world.drain().await;
    let mut calls: Vec<_> = world.graph.calls().into_iter().map(|call| (call.text().to_owned(), call.token)).collect();
    calls.sort();
    let expected = [("from the bakery", world.bakery.token.as_str()), ("from the florist", florist.token.as_str())];
    assert_eq!(calls, expected.map(|(text, token)| (text.to_owned(), token.to_owned())));
}
