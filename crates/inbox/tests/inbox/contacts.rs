//! Who a customer is: by phone, by user id, by both; and when two turn out to be one.

use rstest::rstest;
use serde_json::json;
use switchboard_inbox::{
    contact_details::{self, Details},
    contact_fields,
    incoming::{Body, Content, IdentityChange, Incoming, Said},
    receive::Received,
    tool_calls,
    turns::Finished,
};
use switchboard_store::{
    Conn, Control, FieldKind, Json, MessageStatus, Scope, ToolCallState, contact,
    conversation::{Conversation, Lease},
    event::{self, Position},
    new_id,
    summary::{self, Summary},
    tool_call::{self, ToolCall},
};
use switchboard_test_support::Engine;

use crate::support::{ANA, Answer, QUIET, World, party};

const USER: &str = "US.1349";

fn changed(world: &World, change: IdentityChange) -> Received {
    let body = Body { kind: "system".into(), text: Some("Ana changed.".into()), payload: None };
    let of = party(change.previous_phone.as_deref(), change.previous_user_id.as_deref());
    let of = if of.phone.is_none() && of.user_id.is_none() { party(Some(ANA), None) } else { of };
    let content = Content::System { body, change: Some(change) };
    world.arrives(Incoming::Message(Said { party: of, ..world.said(content) }))
}

async fn texts(world: &World, row: &Conversation) -> Vec<String> {
    world.as_read(row).await.into_iter().filter_map(|message| message.text).collect()
}

/// Ana's phone and Ana's user id are two contacts, and each has asked something.
async fn known_twice(world: &World) {
    world.receive(&[world.message_from(party(Some(ANA), None), "by phone 1")]).await;
    world.passes(std::time::Duration::from_millis(1));
    world.receive(&[world.message_from(party(None, Some(USER)), "by user id 1")]).await;
    world.passes(std::time::Duration::from_millis(1));
    world.receive(&[world.message_from(party(Some(ANA), None), "by phone 2")]).await;
    world.passes(std::time::Duration::from_millis(1));
    assert_eq!(world.conversations(world.bakery.tenant).await.len(), 2);
}

fn both(world: &World, text: &str) -> Received {
    world.message_from(party(Some(ANA), Some(USER)), text)
}

#[rstest]
#[tokio::test]
async fn two_contacts_that_turn_out_to_be_one_have_one_thread_in_the_order_of_time(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    known_twice(&world).await;
    world.receive(&[both(&world, "by both")]).await;

    let row = world.conversation().await;
    assert_eq!(texts(&world, &row).await, ["by phone 1", "by user id 1", "by phone 2", "by both"]);
    assert_eq!(row.unread_count, 4);
    let contact = world.contact(Some(ANA), Some(USER)).await.unwrap();
    assert_eq!((contact.phone.as_deref(), contact.user_id.as_deref()), (Some(ANA), Some(USER)));
    assert_eq!(contact.id, row.contact_id);
}

#[rstest]
#[tokio::test]
async fn what_was_written_down_of_either_contact_is_kept_when_they_become_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    known_twice(&world).await;
    let tenant = world.bakery.tenant;
    let [one, other] = [world.contact(Some(ANA), None).await.unwrap(), world.contact(None, Some(USER)).await.unwrap()];
    let mut tx = world.test.db.write(Scope::Tenant(tenant)).await.unwrap();
    let conn = &mut tx.conn();
    let now = world.now();
    let street = contact_fields::create(conn, now, tenant, "Street", FieldKind::Text, &[]).await.unwrap().id;
    let size = contact_fields::create(conn, now, tenant, "Size", FieldKind::Number, &[]).await.unwrap().id;
    let of_one = Details {
        own_name: Some(Some("Ana B.".into())),
        fields: [(street, json!("Rose Street"))].into(),
        ..Details::default()
    };
    contact_details::describe(conn, now, tenant, one.id, of_one).await.unwrap();
    let of_other = Details {
        own_name: Some(Some("Annie".into())),
        language: Some(Some("tr".into())),
        fields: [(street, json!("Old Street")), (size, json!(38))].into(),
        ..Details::default()
    };
    contact_details::describe(conn, now, tenant, other.id, of_other).await.unwrap();
    contact::ask_phone(conn, tenant, other.id, now).await.unwrap();
    contact::give_phone(conn, tenant, other.id, "905301112233", now).await.unwrap().expect("it was asked for");
    contact::ask_phone(conn, tenant, other.id, now).await.unwrap();
    tx.commit().await.unwrap();
    world.receive(&[both(&world, "by both")]).await;

    let contact = world.contact(Some(ANA), Some(USER)).await.unwrap();
    assert_eq!((contact.own_name.as_deref(), contact.language.as_deref()), (Some("Ana B."), Some("tr")));
    assert_eq!(contact.fields.0, [(street, json!("Rose Street")), (size, json!(38))].into());
    assert_eq!((contact.given_phone.as_deref(), contact.phone_asked_at), (Some("905301112233"), Some(now)));
}

#[rstest]
#[tokio::test]
async fn what_was_put_in_short_of_either_conversation_is_told_anew_when_they_become_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    known_twice(&world).await;
    let tenant = world.bakery.tenant;
    let short = |row: &Conversation| Summary { upto_seq: row.last_seq, upto_at: None, text: "Ana asked.".into() };
    let rows = world.conversations(tenant).await;
    let mut tx = world.test.db.write(Scope::Tenant(tenant)).await.unwrap();
    for row in rows {
        summary::put(&mut tx.conn(), tenant, row.id, &short(&row), None, world.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    world.receive(&[both(&world, "by both")]).await;

    let row = world.conversation().await;
    let mut tx = world.test.db.write(Scope::Tenant(tenant)).await.unwrap();
    let conn = &mut tx.conn();
    assert_eq!(summary::get(conn, tenant, row.id).await.unwrap(), None);
    // One that was begun before goes on from what is told no more.
    summary::put(conn, tenant, row.id, &short(&row), Some(&short(&row)), world.now()).await.unwrap();
    assert_eq!(summary::get(conn, tenant, row.id).await.unwrap(), None);
    summary::put(conn, tenant, row.id, &short(&row), None, world.now()).await.unwrap();
    assert_eq!(summary::get(conn, tenant, row.id).await.unwrap().map(|it| it.upto_seq), Some(row.last_seq));
}

#[rstest]
#[tokio::test]
async fn what_waits_in_either_conversation_is_answered_after_they_have_become_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    known_twice(&world).await;
    // Told by a status, so that nothing new is asked.
    let update = world.status_update("wamid.X", MessageStatus::Sent, None);
    let update = switchboard_inbox::incoming::StatusUpdate { party: Some(party(Some(ANA), Some(USER))), ..update };
    world.receive(&[world.arrives(Incoming::Status(update))]).await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    let waiting = world.thread().await.iter().filter(|m| m.wants_answer && m.seq > lease.answered_seq).count();
    assert_eq!(waiting, 3);
    assert_eq!(world.answer(lease, "to all three").await, Finished::Committed);
    world.drain().await;
    assert_eq!(world.sent(), ["to all three"]);
    assert_eq!(world.conversation().await.turn_due_at, None);
}

#[rstest]
#[tokio::test]
async fn what_was_answered_in_one_conversation_is_not_asked_again_in_the_other(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.is_answered("by phone", "answered").await;
    world.drain().await;
    world.receive(&[world.message_from(party(None, Some(USER)), "by user id")]).await;
    world.receive(&[both(&world, "by both")]).await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    let thread = world.thread().await;
    let waiting: Vec<_> = thread
        .iter()
        .filter(|message| message.wants_answer && message.seq > lease.answered_seq)
        .filter_map(|message| message.text.as_deref())
        .collect();
    assert_eq!(waiting, ["by user id", "by both"]);
}

#[rstest]
#[tokio::test]
async fn a_thought_about_a_conversation_that_became_part_of_another_is_lost_and_thought_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    known_twice(&world).await;
    world.passes(QUIET);
    let leases = world.claim().await;
    assert_eq!(leases.len(), 2);
    world.receive(&[both(&world, "by both")]).await;
    for lease in leases {
        let finished = world.answer(lease, "half the story").await;
        assert!(matches!(finished, Finished::Lost | Finished::Again), "{finished:?}");
    }
    assert_eq!(world.outbox().await, 0);
    world.passes(QUIET * 10);
    let lease = world.claim_one().await;
    assert_eq!(world.answer(lease, "the whole story").await, Finished::Committed);
    world.drain().await;
    assert_eq!(world.sent(), ["the whole story"]);
}

/// A call under way for what is thought about.
fn a_call(world: &World, lease: &Lease) -> ToolCall {
    ToolCall {
        tenant_id: lease.tenant_id,
        id: new_id(world.now()),
        conversation_id: lease.id,
        bot_id: new_id(world.now()),
        tool_id: None,
        name: "cancel_order".into(),
        seq: lease.last_inbound_seq,
        arguments: Json(json!({})),
        state: ToolCallState::Running,
        result: None,
        status: None,
        took_ms: None,
        created_at: world.now(),
        updated_at: world.now(),
    }
}

#[rstest]
#[tokio::test]
async fn a_call_that_ends_after_its_conversation_became_part_of_another_stands_where_it_was_moved_to(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let tenant = world.bakery.tenant;
    known_twice(&world).await;
    world.passes(QUIET);
    let calls: Vec<_> = world.claim().await.iter().map(|lease| (*lease, a_call(&world, lease))).collect();
    let mut tx = world.test.db.write(Scope::Tenant(tenant)).await.unwrap();
    for (lease, call) in &calls {
        assert!(tool_calls::begin(&mut tx.conn(), world.now(), lease, call, false).await.unwrap());
    }
    tx.commit().await.unwrap();
    world.receive(&[both(&world, "by both")]).await;
    let kept = world.conversation().await.id;
    let mut tx = world.test.db.write(Scope::Tenant(tenant)).await.unwrap();
    let conn = &mut tx.conn();
    let places = async |conn: &mut Conn<'_>| {
        let calls = tool_call::before(conn, tenant, kept, None, 10).await.unwrap();
        calls.iter().map(|call| (call.id, call.seq)).collect::<Vec<_>>()
    };
    let moved = places(conn).await;
    assert_eq!(moved.len(), 2);
    for (_, call) in &calls {
        let call = ToolCall { state: ToolCallState::Done, ..call.clone() };
        tool_calls::end(conn, world.now(), &call).await.unwrap();
    }
    assert_eq!(places(conn).await, moved);
    tx.commit().await.unwrap();
    let told_of = async || {
        let mut tx = world.test.db.read(Scope::Tenant(tenant)).await.unwrap();
        let events = event::of_tenant_after(&mut tx.conn(), tenant, Position::default(), 1_000).await.unwrap();
        let ended = events.into_iter().filter(|event| event.data.0["state"] == "done");
        ended.map(|event| event.data.0["conversation_id"].clone()).collect::<Vec<_>>()
    };
    // An event is told once no older transaction is under way, be it another test's.
    while told_of().await.len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(told_of().await, [json!(kept), json!(kept)], "whoever looks at it is told");
}

#[rstest]
#[tokio::test]
async fn a_person_in_control_of_either_conversation_is_in_control_of_both(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(true, false)] of_the_phone: bool,
) {
    let world = World::new(engine).await;
    let mine = if of_the_phone { party(Some(ANA), None) } else { party(None, Some(USER)) };
    let others = if of_the_phone { party(None, Some(USER)) } else { party(Some(ANA), None) };
    world.receive(&[world.message_from(mine, "hello")]).await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.take_over().await;
    world.answer(lease, "a suggestion").await;
    world.receive(&[world.message_from(others, "hello")]).await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.answer(lease, "queued before").await;
    world.receive(&[both(&world, "by both")]).await;
    let row = world.conversation().await;
    assert_eq!((row.control, row.turn_due_at), (Control::Human, None));
    world.drain().await;
    assert!(world.sent().is_empty(), "the AI speaks in nobody's conversation but its own");
    let suggestion = world.conversation().await.suggestion.unwrap();
    assert!(["a suggestion", "queued before"].contains(&suggestion.as_str()), "{suggestion}");
}

#[rstest]
#[tokio::test]
async fn a_message_on_the_wire_while_its_conversation_becomes_part_of_another_leaves_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.receive(&[world.message_from(party(None, Some(USER)), "by user id")]).await;
    let message = world.send("good day").await.unwrap();
    world.graph.answers([Answer::Held(&Answer::Accept)]);
    let sending = world.start_sending(1).await;
    world.receive(&[world.message_from(party(Some(ANA), None), "by phone")]).await;
    world.receive(&[both(&world, "by both")]).await;
    world.finish_sending(sending, 1).await;
    assert_eq!(world.status_of(&message).await, MessageStatus::Sent);
    world.passes(QUIET * 60);
    world.drain().await;
    world.passes(QUIET * 60);
    world.drain().await;
    assert_eq!(world.sent(), ["good day"]);
}

#[rstest]
#[tokio::test]
async fn two_contacts_and_what_joins_them_may_come_in_one_batch(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world
        .receive(&[
            world.message_from(party(Some(ANA), None), "by phone"),
            world.message_from(party(None, Some(USER)), "by user id"),
            both(&world, "by both"),
        ])
        .await;
    let row = world.conversation().await;
    assert_eq!(texts(&world, &row).await, ["by phone", "by user id", "by both"]);
}

#[rstest]
#[tokio::test]
async fn a_customer_without_a_phone_is_written_to_by_user_id(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.receive(&[world.message_from(party(None, Some(USER)), "hello")]).await;
    world.send("good day").await.unwrap();
    world.drain().await;
    let body = &world.graph.calls()[0].body;
    assert_eq!((body["recipient"].as_str(), body.get("to")), (Some(USER), None));

    world.receive(&[both(&world, "and this is my number")]).await;
    world.send("thank you").await.unwrap();
    world.drain().await;
    assert_eq!(world.graph.calls()[1].body["to"].as_str().map(|to| to.trim_start_matches('+')), Some(ANA));
}

#[rstest]
#[tokio::test]
async fn a_customer_who_changes_number_keeps_the_conversation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let change = IdentityChange {
        previous_phone: Some(ANA.into()),
        phone: Some("15557777".into()),
        ..IdentityChange::default()
    };
    world.receive(&[changed(&world, change)]).await;
    world.receive(&[world.message_from(party(Some("15557777"), None), "from my new number")]).await;
    assert_eq!(world.thread().await.len(), 3);
    assert!(world.contact(Some(ANA), None).await.is_none());
    world.send("noted").await.unwrap();
    world.drain().await;
    assert_eq!(world.graph.calls()[0].body["to"].as_str().map(|to| to.trim_start_matches('+')), Some("15557777"));
}

/// The customer wrote from the new number before the news of the change arrived.
#[rstest]
#[tokio::test]
async fn a_change_of_number_that_arrives_late_joins_both_conversations(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.receive(&[world.message_from(party(Some(ANA), Some("US.old")), "from the old number")]).await;
    world.receive(&[world.message_from(party(Some("15557777"), Some("US.new")), "from the new number")]).await;
    assert_eq!(world.conversations(world.bakery.tenant).await.len(), 2);
    let change = IdentityChange {
        previous_phone: Some(ANA.into()),
        phone: Some("15557777".into()),
        previous_user_id: Some("US.old".into()),
        user_id: Some("US.new".into()),
        parent_user_id: None,
    };
    world.receive(&[changed(&world, change)]).await;
    let contact = world.contact(Some("15557777"), Some("US.new")).await.unwrap();
    assert_eq!(world.conversation().await.contact_id, contact.id);
    assert_eq!(world.thread().await.len(), 3);
    assert!(world.contact(Some(ANA), Some("US.old")).await.is_none());
}

#[rstest]
#[tokio::test]
async fn a_customer_whose_user_id_changes_keeps_the_conversation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.receive(&[world.message_from(party(None, Some("CO.OLD")), "hello")]).await;
    let change = IdentityChange {
        previous_user_id: Some("CO.OLD".into()),
        user_id: Some("CO.NEW".into()),
        parent_user_id: Some("CO.ENT.1".into()),
        ..IdentityChange::default()
    };
    world.receive(&[changed(&world, change)]).await;
    world.receive(&[world.message_from(party(None, Some("CO.NEW")), "still me")]).await;
    assert_eq!(world.thread().await.len(), 3);
    let contact = world.contact(None, Some("CO.NEW")).await.unwrap();
    assert_eq!(contact.parent_user_id.as_deref(), Some("CO.ENT.1"));
}

#[rstest]
#[tokio::test]
async fn news_of_a_change_that_comes_twice_or_of_a_customer_nobody_knows_makes_one_conversation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let change = IdentityChange {
        previous_phone: Some(ANA.into()),
        phone: Some("15557777".into()),
        previous_user_id: Some("US.old".into()),
        user_id: Some("US.new".into()),
        parent_user_id: None,
    };
    let news = changed(&world, change);
    world.receive(std::slice::from_ref(&news)).await;
    world.receive(&[news]).await;
    assert_eq!(world.thread().await.len(), 1);
    let contact = world.contact(Some("15557777"), Some("US.new")).await.unwrap();
    assert_eq!(contact.id, world.conversation().await.contact_id);
    assert!(world.contact(Some(ANA), Some("US.old")).await.is_none());
}

/// The news names the customer by the phone they still have and by the user id they had.
#[rstest]
#[tokio::test]
async fn news_of_another_user_id_does_not_bring_the_old_one_back(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.receive(&[world.message_from(party(Some(ANA), Some("CO.OLD")), "hello")]).await;
    let change = IdentityChange {
        previous_user_id: Some("CO.OLD".into()),
        user_id: Some("CO.NEW".into()),
        ..IdentityChange::default()
    };
    let mut news = changed(&world, change);
    if let Incoming::Message(said) = &mut news.incoming {
        said.party = party(Some(ANA), Some("CO.OLD"));
    }
    world.receive(&[news]).await;
    let contact = world.contact(Some(ANA), Some("CO.NEW")).await.unwrap();
    assert_eq!(contact.user_id.as_deref(), Some("CO.NEW"));
    assert_eq!(world.thread().await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_phone_that_now_belongs_to_another_customer_leaves_the_first_ones_conversation_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.receive(&[world.message_from(party(Some(ANA), Some("US.ana")), "from Ana")]).await;
    world.receive(&[world.message_from(party(Some("15550002"), Some("US.ben")), "from Ben")]).await;
    world.receive(&[world.message_from(party(Some(ANA), Some("US.ben")), "from Ben, by Ana's old number")]).await;

    let ana = world.contact(None, Some("US.ana")).await.unwrap();
    let ben = world.contact(Some(ANA), Some("US.ben")).await.unwrap();
    assert_eq!((ana.phone, ben.phone.as_deref()), (None, Some(ANA)));
    assert!(world.contact(Some("15550002"), None).await.is_none());
    let rows = world.conversations(world.bakery.tenant).await;
    assert_eq!(rows.len(), 2);
    let of = |id| rows.iter().find(|row| row.contact_id == id).unwrap();
    assert_eq!(texts(&world, of(ana.id)).await, ["from Ana"]);
    assert_eq!(texts(&world, of(ben.id)).await, ["from Ben", "from Ben, by Ana's old number"]);
}

#[rstest]
#[tokio::test]
async fn the_address_book_names_a_known_customer_and_makes_none(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let named = |phone: &str| {
        let mut party = party(Some(phone), None);
        party.name = Some("Ana Diaz".into());
        world.arrives(Incoming::ContactName { party })
    };
    world.receive(&[named(ANA), named("15558888")]).await;
    assert_eq!(world.contact(Some(ANA), None).await.unwrap().name.as_deref(), Some("Ana Diaz"));
    assert!(world.contact(Some("15558888"), None).await.is_none());
    // A later message without a name does not take it away.
    world.says("hello again").await;
    assert_eq!(world.contact(Some(ANA), None).await.unwrap().name.as_deref(), Some("Ana Diaz"));
}
