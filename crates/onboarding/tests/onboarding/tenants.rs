//! What one tenant holds, another does not get; what it holds, it can renew.

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_onboarding::{
    AccountEvent, By, ConnectionStatus, Finished, NumberError, account_event, reauth_required,
};
use switchboard_store::{
    Actor, Clock as _, Millis, NumberStatus, Scope, Signal, Step, WabaStatus, event,
    number::{self, Number},
    waba::{self, Holder},
};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{
    World,
    graph::{self, NUMBER, WABA, ok},
    stopped_in,
};

#[rstest]
#[tokio::test]
async fn another_tenants_account_is_refused_and_the_attempt_is_on_record(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let stranger = world.stranger().await;

    let finished = world.connects(stranger).await;

    let (step, error) = stopped_in(&finished);
    assert_eq!(step, Step::WabaLinked);
    assert!(error.contains("connected to another Switchboard customer"), "{error}");
    assert_eq!(world.numbers(stranger.tenant).await, []);
    let entry = world.audited(stranger.tenant).await.remove(0);
    assert_eq!((entry.action.as_str(), entry.target.as_deref()), ("waba.refused", Some(WABA)));
    assert!(world.status(world.owner).await.connected);
}

#[rstest]
#[tokio::test]
async fn another_tenants_number_is_refused_and_the_attempt_is_on_record(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let stranger = world.stranger().await;
    graph::instead(&world.meta, graph::DEBUG, ok(&graph::debug_token(&["7"]))).await;
    graph::instead(&world.meta, ("GET", "/v26.0/7"), ok(&json!({"id": "7"}))).await;
    let listed = json!({"data": [graph::number(NUMBER)]});
    graph::instead(&world.meta, ("GET", "/v26.0/7/phone_numbers"), ok(&listed)).await;

    assert_eq!(stopped_in(&world.connects(stranger).await).0, Step::PhoneVerified);

    assert_eq!(world.numbers(stranger.tenant).await, []);
    let entry = world.audited(stranger.tenant).await.remove(0);
    assert_eq!((entry.action.as_str(), entry.target.as_deref()), ("number.refused", Some(NUMBER)));
    assert_eq!(graph::pins(&world.meta).await.len(), 1, "the number is registered for its holder only");
}

#[rstest]
#[tokio::test]
async fn a_disconnected_account_and_number_can_move_to_another_tenant(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let (tenant, now) = (world.owner.tenant, world.clock.now());
    let number = world.numbers(tenant).await.remove(0);
    let mut tx = world.test.db.write(Scope::Tenant(tenant)).await.unwrap();
    number::set_status(&mut tx.conn(), tenant, number.id, NumberStatus::Disconnected, None, now).await.unwrap();
    waba::set_status(&mut tx.conn(), tenant, number.waba, WabaStatus::Disconnected, now).await.unwrap();
    tx.commit().await.unwrap();
    let stranger = world.stranger().await;
    assert_eq!(world.connects(stranger).await, Finished::Connected);
    assert_eq!(stopped_in(&world.connects(world.owner).await).0, Step::WabaLinked);
}

#[rstest]
#[tokio::test]
async fn connecting_again_renews_a_dead_token_and_lets_queued_messages_go(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let tenant = world.owner.tenant;
    let before = world.numbers(tenant).await.remove(0);
    let mut tx = world.test.db.write(Scope::Tenant(tenant)).await.unwrap();
    let mut conn = tx.conn();
    assert!(reauth_required(&mut conn, tenant, before.waba, "Connect again.", world.clock.now()).await.unwrap());
    assert!(!reauth_required(&mut conn, tenant, before.waba, "Connect again.", world.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    let number = world.numbers(tenant).await.remove(0);
    assert_eq!((number.status, number.problem.as_deref()), (NumberStatus::ReauthRequired, Some("Connect again.")));
    let status = world.status(world.owner).await;
    assert_eq!((status.connected, status.status), (false, ConnectionStatus::ReauthRequired));
    let told = world.audited(tenant).await.iter().filter(|entry| entry.action == "waba.reauth_required").count();
    assert_eq!(told, 1, "it is told once");

    graph::once(&world.meta, graph::EXCHANGE, ok(&json!({"access_token": "EAA-second"}))).await;
    let queued = world.notifier.notified(Signal::Outbox);
    tokio::pin!(queued);
    queued.as_mut().enable();
    assert_eq!(world.connects(world.owner).await, Finished::Connected);
    queued.await;

    let [after] = world.numbers(tenant).await.try_into().unwrap();
    assert_eq!((after.id, after.status, after.problem.as_deref()), (before.id, NumberStatus::Connected, None));
    let waba = world.waba(&after, tenant).await;
    assert_eq!((waba.status, world.token(tenant, &waba).await.as_str()), (WabaStatus::Connected, "EAA-second"));
    let mut tx = world.test.db.read(Scope::Tenant(tenant)).await.unwrap();
    let credentials = number::credentials(&mut tx.conn(), tenant, after.id).await.unwrap().unwrap();
    assert_eq!((credentials.token, credentials.phone_number_id.as_str()), (waba.token, NUMBER));
}

/// The connected number after Meta has told `event`.
async fn after(world: &World, event: AccountEvent) -> Number {
    let mut tx = world.test.db.write(Scope::System).await.unwrap();
    let holders = waba::holders(&mut tx.conn(), &["1", WABA]).await.unwrap();
    let [(waba_id, holder)] = holders.try_into().unwrap();
    assert_eq!((waba_id.as_str(), holder.tenant), (WABA, world.owner.tenant));
    told(&mut tx, world.clock.now(), holder, &event).await;
    tx.commit().await.unwrap();
    world.numbers(world.owner.tenant).await.remove(0)
}

async fn told(tx: &mut switchboard_store::Tx, now: Millis, holder: Holder, event: &AccountEvent) {
    account_event(&mut tx.conn(), now, holder, event).await.unwrap();
}

fn account_update(event: &str, value: Value) -> AccountEvent {
    AccountEvent { field: "account_update".to_owned(), event: Some(event.to_owned()), value, ..AccountEvent::default() }
}

#[rstest]
#[case("PARTNER_REMOVED", None)]
#[case("PARTNER_APP_UNINSTALLED", None)]
#[case("ACCOUNT_OFFBOARDED", None)]
#[case("ACCOUNT_DELETED", None)]
#[case("PARTNER_REMOVED", Some("15550783881"))]
#[tokio::test]
async fn access_that_ended_at_meta_asks_to_connect_again(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] event: &str,
    #[case] number: Option<&str>,
) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let event = AccountEvent { display_phone_number: number.map(str::to_owned), ..account_update(event, Value::Null) };
    let ended = after(&world, event).await;
    assert_eq!(ended.status, NumberStatus::ReauthRequired);
    assert!(ended.problem.unwrap().contains("to go on"));
    // A ban on top does not hide what to do.
    let banned = after(&world, account_update("DISABLED_UPDATE", Value::Null)).await;
    assert!(banned.problem.unwrap().contains("to go on"));
    let back = after(&world, account_update("ACCOUNT_RECONNECTED", Value::Null)).await;
    assert_eq!((back.status, back.problem), (NumberStatus::Connected, None));
}

#[rstest]
#[tokio::test]
async fn a_ban_is_told_on_the_number_until_it_is_lifted(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let ban = |state: &str| account_update("DISABLED_UPDATE", json!({"ban_info": {"waba_ban_state": state}}));
    let banned = after(&world, ban("DISABLE")).await;
    assert_eq!(banned.status, NumberStatus::Connected);
    assert!(banned.problem.unwrap().contains("has disabled"));
    assert_eq!(after(&world, ban("REINSTATE")).await.problem, None);
}

#[rstest]
#[tokio::test]
async fn quality_limit_and_name_follow_meta(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let of_number = |field: &str| AccountEvent {
        field: field.to_owned(),
        display_phone_number: Some("15550783881".to_owned()),
        ..AccountEvent::default()
    };
    let quality = AccountEvent {
        event: Some("FLAGGED".to_owned()),
        current_limit: Some("TIER_2K".to_owned()),
        ..of_number("phone_number_quality_update")
    };
    let flagged = after(&world, quality).await;
    assert_eq!((flagged.quality.as_deref(), flagged.messaging_limit.as_deref()), (Some("RED"), Some("TIER_2K")));

    let decided = |decision: &str, name: &str| AccountEvent {
        decision: Some(decision.to_owned()),
        requested_verified_name: Some(name.to_owned()),
        ..of_number("phone_number_name_update")
    };
    let named = after(&world, decided("APPROVED", "Bakery & Sons")).await;
    assert_eq!(named.verified_name.as_deref(), Some("Bakery & Sons"));
    let refused = after(&world, decided("REJECTED", "Best Bakery")).await;
    assert_eq!(refused.verified_name.as_deref(), Some("Bakery & Sons"));
    assert!(refused.problem.unwrap().contains("“Best Bakery”"));
}

// On SQLite alone: on PostgreSQL an event is read only once all older transactions of the server, other tests' too, are over.
#[tokio::test]
async fn what_changes_no_number_is_told_all_the_same() {
    let world = World::new(Sqlite).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let before = world.numbers(world.owner.tenant).await.remove(0);
    let value = json!({"event": "PIN_CHANGED", "requester": "61555822107539"});
    let security = AccountEvent { field: "security".to_owned(), value: value.clone(), ..AccountEvent::default() };
    assert_eq!(after(&world, security).await, before);
    let mut tx = world.test.db.read(Scope::Tenant(world.owner.tenant)).await.unwrap();
    let (mut conn, beginning) = (tx.conn(), event::Position::default());
    let mut events = event::of_tenant_after(&mut conn, world.owner.tenant, beginning, 100).await.unwrap();
    let told = events.pop().unwrap();
    assert_eq!((told.kind.as_str(), &told.data.0["value"]), ("whatsapp.account", &value));
}

#[rstest]
#[tokio::test]
async fn a_number_is_served_by_a_bot_of_its_tenant_or_by_none(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let (stranger, by) = (world.stranger().await, By { actor: Actor::Person, id: Some(world.owner.person) });
    let number = world.numbers(world.owner.tenant).await.remove(0);
    let assign = |tenant, bot| world.onboarding.assign_bot(tenant, by, number.id, bot);
    assert_eq!(assign(world.owner.tenant, None).await.unwrap().bot_id, None);
    assert_eq!(assign(world.owner.tenant, Some(world.bot)).await.unwrap().bot_id, Some(world.bot));
    assert_eq!(world.audited(world.owner.tenant).await[0].action, "number.bot_assigned");

    let theirs = assign(stranger.tenant, Some(world.bot)).await;
    assert!(matches!(theirs, Err(NumberError::UnknownNumber)), "{theirs:?}");
    let unknown = assign(world.owner.tenant, Some(number.id)).await;
    assert!(matches!(unknown, Err(NumberError::UnknownBot)), "{unknown:?}");
    let seen = world.onboarding.number(stranger.tenant, number.id).await;
    assert!(matches!(seen, Err(NumberError::UnknownNumber)), "{seen:?}");
}
