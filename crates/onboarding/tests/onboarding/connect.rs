//! From the click to a number in service.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use switchboard_onboarding::{Callback, ConnectionStatus, Finished, Hints, OnboardingError};
use switchboard_store::{Clock as _, Millis, NumberStatus, Scope, Signal, Step, StepState, number, onboarding};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers};

use crate::support::{
    REDIRECT_URI, World,
    graph::{self, NUMBER, WABA, ok, refusal},
    letters, stopped_in,
};

#[rstest]
#[tokio::test]
async fn consent_leads_to_a_number_in_service(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    assert_eq!(world.status(world.owner).await.status, ConnectionStatus::NotConnected);
    let state = world.started(world.owner).await;
    let before = world.status(world.owner).await;
    assert_eq!((letters(&before).as_str(), before.status), ("dpppppp", ConnectionStatus::Connecting));

    assert_eq!(world.returns(world.owner, &state).await.unwrap(), Finished::Connected);

    let status = world.status(world.owner).await;
    assert_eq!((letters(&status).as_str(), status.status), ("ddddddd", ConnectionStatus::Connected));
    assert_eq!(status.phone_number.as_deref(), Some("+1 555-078-3881"));
    assert!(status.connected && status.webhook_active && !status.can_retry);
    let [number] = world.numbers(world.owner.tenant).await.try_into().unwrap();
    assert_eq!((number.phone_number_id.as_str(), number.waba_id.as_str()), (NUMBER, WABA));
    assert_eq!(
        (number.status, number.bot_id, number.messages_per_second),
        (NumberStatus::Connected, Some(world.bot), 80)
    );
    assert_eq!(graph::pins(&world.meta).await, [world.pin(world.owner.tenant, &number).await]);
    let waba = world.waba(&number, world.owner.tenant).await;
    assert_eq!(world.token(world.owner.tenant, &waba).await, "EAA-first");
    assert_eq!((waba.name.as_deref(), waba.meta_user_id.as_deref()), (Some("Lucky Bakery"), Some("10222270944537964")));
    assert!(!waba.token.unwrap().windows(9).any(|window| window == b"EAA-first"));
    assert_eq!(world.audited(world.owner.tenant).await[0].action, "number.connected");
}

#[rstest]
#[tokio::test]
async fn what_arrives_is_routed_to_the_connected_number(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    let mut tx = world.test.db.write(Scope::System).await.unwrap();

    let [(id, route)] = number::routes(&mut tx.conn(), &["999", NUMBER]).await.unwrap().try_into().unwrap();
    assert_eq!((id.as_str(), route.tenant), (NUMBER, world.owner.tenant));
    assert!(route.bot_enabled && route.tenant_active);
    assert_eq!((route.bot_id, route.reply_delay_ms, route.max_wait_ms), (Some(world.bot), 2000, 15000));
    assert_eq!(number::routes_of_wabas(&mut tx.conn(), &[WABA]).await.unwrap(), [(WABA.to_owned(), route.clone())]);
    assert!(number::same_number(&route.display_phone_number, "15550783881"));
    assert!(!number::same_number(&route.display_phone_number, "1") && !number::same_number("", ""));

    let seen = Millis(1_795_300_100_000);
    let numbers = [(route.tenant, route.number_id)];
    number::touch_webhook(&mut tx.conn(), &numbers, seen).await.unwrap();
    number::touch_webhook(&mut tx.conn(), &numbers, seen + Duration::from_secs(59)).await.unwrap();
    let touched = number::get(&mut tx.conn(), route.tenant, route.number_id).await.unwrap().unwrap();
    assert_eq!(touched.last_webhook_at, Some(seen), "within a minute it is not written again");
    number::touch_webhook(&mut tx.conn(), &numbers, seen + Duration::from_mins(1)).await.unwrap();
    let touched = number::get(&mut tx.conn(), route.tenant, route.number_id).await.unwrap().unwrap();
    assert_eq!(touched.last_webhook_at, Some(seen + Duration::from_mins(1)));

    number::set_bot(&mut tx.conn(), route.tenant, route.number_id, None, seen).await.unwrap();
    let (_, route) = number::routes(&mut tx.conn(), &[NUMBER]).await.unwrap().remove(0);
    assert_eq!((route.bot_id, route.bot_enabled, route.reply_delay_ms), (None, false, 0));
    number::set_status(&mut tx.conn(), route.tenant, route.number_id, NumberStatus::Disconnected, None, seen)
        .await
        .unwrap();
    assert_eq!(number::routes(&mut tx.conn(), &[NUMBER]).await.unwrap(), []);
}

/// Meta compares the redirect URI of a code that came by redirect, and refuses one for a code that did not.
#[rstest]
#[tokio::test]
async fn the_redirect_uri_goes_with_codes_that_came_by_redirect_only(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    world.connects(world.owner).await;
    world.connects_by_script(world.owner, Hints::default()).await;
    let sent: Vec<_> = exchanges(&world.meta).await.iter().map(|request| query(request, "redirect_uri")).collect();
    assert_eq!(sent, [Some(REDIRECT_URI.to_owned()), None]);
}

#[rstest]
#[case::exchange(graph::EXCHANGE, "ddfpppp", false)]
#[case::debug_token(graph::DEBUG, "ddfpppp", true)]
#[case::phone_numbers(graph::NUMBERS, "ddddfpp", true)]
#[case::register(graph::REGISTER, "ddddfpp", true)]
#[case::subscribe(graph::SUBSCRIBE, "dddddfp", true)]
#[case::subscribed(graph::SUBSCRIBED, "dddddfp", true)]
#[tokio::test]
async fn a_call_that_fails_stops_its_step_which_can_be_tried_again(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] call: (&str, &str),
    #[case] expected: &str,
    #[case] can_retry: bool,
) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    graph::once(&world.meta, call, refusal(100)).await;

    let finished = world.connects(world.owner).await;

    let status = world.status(world.owner).await;
    assert_eq!(
        (letters(&status).as_str(), status.status, status.can_retry),
        (expected, ConnectionStatus::Failed, can_retry)
    );
    let failed = status.steps.iter().find(|step| step.state == StepState::Failed).unwrap();
    assert_eq!((failed.step, failed.error.as_deref().unwrap()), stopped_in(&finished));
    let meta = failed.meta.as_ref().unwrap();
    assert_eq!((meta.code, meta.message.as_str()), (Some(100), "(#100) Meta's words"));
    assert_eq!(meta.fbtrace_id.as_deref(), Some("trace-1"));

    let again = world.onboarding.retry(world.owner, Hints::default()).await;
    if can_retry {
        assert_eq!(again.unwrap(), Finished::Connected);
        assert_eq!(letters(&world.status(world.owner).await), "ddddddd");
        assert_eq!(exchanges(&world.meta).await.len(), 1, "the code is good once");
    } else {
        assert!(matches!(again, Err(OnboardingError::StartAgain)), "{again:?}");
    }
}

#[rstest]
#[tokio::test]
async fn a_pin_that_may_have_reached_meta_is_sent_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    graph::once(&world.meta, graph::REGISTER, ResponseTemplate::new(502)).await;
    assert_eq!(stopped_in(&world.connects(world.owner).await).0, Step::PhoneVerified);
    world.onboarding.retry(world.owner, Hints::default()).await.unwrap();
    let [first, second] = graph::pins(&world.meta).await.try_into().unwrap();
    assert_eq!(first, second);
}

#[rstest]
#[tokio::test]
async fn a_wrong_pin_says_what_to_do(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    graph::instead(&world.meta, graph::REGISTER, refusal(133_005)).await;
    let finished = world.connects(world.owner).await;
    let (step, error) = stopped_in(&finished);
    assert_eq!(step, Step::PhoneVerified);
    assert!(error.contains("two-step verification off"), "{error}");
}

#[rstest]
#[case::on_the_phone(json!({"is_on_biz_app": true, "status": "PENDING"}), 20, true)]
#[case::connected(json!({"status": "CONNECTED", "throughput": {"level": "HIGH"}}), 1000, false)]
#[tokio::test]
async fn a_number_that_is_registered_already_is_not_registered(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] differs: serde_json::Value,
    #[case] messages_per_second: i64,
    #[case] coexistence: bool,
) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    let mut listed = graph::number(NUMBER);
    listed.as_object_mut().unwrap().extend(differs.as_object().unwrap().clone());
    graph::instead(&world.meta, graph::NUMBERS, ok(&json!({"data": [listed]}))).await;
    assert_eq!(world.connects(world.owner).await, Finished::Connected);
    assert_eq!(graph::pins(&world.meta).await, <[String; 0]>::default());
    let number = world.numbers(world.owner.tenant).await.remove(0);
    assert_eq!((number.messages_per_second, number.coexistence, number.pin), (messages_per_second, coexistence, None));
}

#[rstest]
#[tokio::test]
async fn an_account_without_a_number_says_so(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    graph::instead(&world.meta, graph::NUMBERS, ok(&json!({"data": []}))).await;
    let finished = world.connects(world.owner).await;
    assert!(stopped_in(&finished).1.contains("no phone number yet"));
}

#[rstest]
#[tokio::test]
async fn the_browser_chooses_the_number(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    let listed = json!({"data": [graph::number("1"), graph::number(NUMBER)]});
    graph::instead(&world.meta, graph::NUMBERS, ok(&listed)).await;
    let hints = Hints { phone_number_id: Some(NUMBER.to_owned()), ..Hints::default() };
    graph::once(&world.meta, graph::REGISTER, refusal(100)).await;
    assert_eq!(stopped_in(&world.connects_by_script(world.owner, hints).await).0, Step::PhoneVerified);
    // Tried again without the hint, the choice stands.
    world.onboarding.retry(world.owner, Hints::default()).await.unwrap();
    let number = world.numbers(world.owner.tenant).await.remove(0);
    assert_eq!((number.phone_number_id.as_str(), number.status), (NUMBER, NumberStatus::Connected));
}

#[rstest]
#[case::granted(&["7", WABA], Some(WABA))]
#[case::not_granted(&[WABA, "7"], Some("666"))]
#[case::granted_for_all(&[], Some(WABA))]
#[tokio::test]
async fn the_browser_chooses_among_the_granted_accounts_only(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] granted: &[&str],
    #[case] hint: Option<&str>,
) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    graph::instead(&world.meta, graph::DEBUG, ok(&graph::debug_token(granted))).await;
    let hints = Hints { waba_id: hint.map(str::to_owned), ..Hints::default() };
    assert_eq!(world.connects_by_script(world.owner, hints).await, Finished::Connected);
    assert_eq!(world.numbers(world.owner.tenant).await[0].waba_id, WABA);
}

#[rstest]
#[tokio::test]
async fn an_account_the_token_does_not_open_is_not_linked(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    graph::instead(&world.meta, graph::DEBUG, ok(&graph::debug_token(&[]))).await;
    graph::instead(&world.meta, ("GET", "/v26.0/666"), refusal(100)).await;
    let hints = Hints { waba_id: Some("666".to_owned()), ..Hints::default() };
    assert_eq!(stopped_in(&world.connects_by_script(world.owner, hints).await).0, Step::WabaLinked);
    assert_eq!(stopped_in(&world.connects(world.owner).await).0, Step::WabaLinked);
    assert_eq!(world.numbers(world.owner.tenant).await, []);
}

#[rstest]
#[case::another_app(json!({"app_id": "1"}), "another app")]
#[case::dead(json!({"is_valid": false}), "Start the connection again")]
#[case::short_of_a_permission(
    json!({"scopes": ["whatsapp_business_management"], "granular_scopes": []}),
    "“whatsapp_business_messaging”"
)]
#[tokio::test]
async fn a_token_that_is_not_good_enough_is_refused(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] differs: serde_json::Value,
    #[case] expected: &str,
) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    let mut info = graph::debug_token(&[WABA]);
    info["data"].as_object_mut().unwrap().extend(differs.as_object().unwrap().clone());
    graph::instead(&world.meta, graph::DEBUG, ok(&info)).await;
    let finished = world.connects(world.owner).await;
    let (step, error) = stopped_in(&finished);
    assert_eq!(step, Step::TokenObtained);
    assert!(error.contains(expected), "{error}");
}

#[rstest]
#[tokio::test]
async fn a_permission_listed_only_with_its_accounts_is_enough(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    let mut info = graph::debug_token(&[WABA]);
    info["data"].as_object_mut().unwrap().remove("scopes");
    graph::instead(&world.meta, graph::DEBUG, ok(&info)).await;
    assert_eq!(world.connects(world.owner).await, Finished::Connected);
}

#[rstest]
#[case::prolonged(ok(&json!({"access_token": "EAA-long", "expires_in": 5_183_944})), "EAA-long")]
#[case::refused(refusal(100), "EAA-short")]
#[tokio::test]
async fn a_short_lived_token_is_prolonged_where_meta_does_that(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] answer: ResponseTemplate,
    #[case] expected: &str,
) {
    let world = World::new(engine).await;
    graph::prolongs(&world.meta, answer).await;
    graph::once(&world.meta, graph::EXCHANGE, ok(&json!({"access_token": "EAA-short", "expires_in": 3600}))).await;
    graph::well(&world.meta).await;
    assert_eq!(world.connects(world.owner).await, Finished::Connected);
    let number = world.numbers(world.owner.tenant).await.remove(0);
    let waba = world.waba(&number, world.owner.tenant).await;
    assert_eq!(world.token(world.owner.tenant, &waba).await, expected);
}

#[rstest]
#[tokio::test]
async fn an_app_that_meta_does_not_list_is_not_subscribed(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    let others = json!({"data": [{"whatsapp_business_api_data": {"id": "1"}}]});
    graph::instead(&world.meta, graph::SUBSCRIBED, ok(&others)).await;
    assert_eq!(stopped_in(&world.connects(world.owner).await).0, Step::WebhookActive);
    assert!(!world.status(world.owner).await.connected);
}

#[rstest]
#[tokio::test]
async fn a_cancelled_dialog_is_told_and_asks_nothing_of_meta(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let state = world.started(world.owner).await;
    let error = Some("access_denied".to_owned());
    let callback = Callback { state, code: None, error, error_description: Some("Permissions error".to_owned()) };
    let finished = world.onboarding.callback(world.owner, callback).await.unwrap();
    assert_eq!(stopped_in(&finished).0, Step::OauthCompleted);
    let status = world.status(world.owner).await;
    assert_eq!((letters(&status).as_str(), status.can_retry), ("dfppppp", false));
    assert!(status.steps[1].error.as_ref().unwrap().contains("closed before permission"));
    assert_eq!(graph::calls(&world.meta).await, <[String; 0]>::default());
    let again = world.onboarding.retry(world.owner, Hints::default()).await;
    assert!(matches!(again, Err(OnboardingError::NothingToRetry)), "{again:?}");
}

#[rstest]
#[tokio::test]
async fn a_browser_that_hangs_up_does_not_cost_the_connection(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let (asked, has_asked) = std::sync::mpsc::channel();
    Mock::given(matchers::path(graph::EXCHANGE.1))
        .respond_with(move |_: &Request| {
            asked.send(()).unwrap();
            ok(&json!({"access_token": "EAA-first"}))
        })
        .with_priority(1)
        .mount(&world.meta)
        .await;
    graph::well(&world.meta).await;
    let state = world.started(world.owner).await;
    let ready = world.notifier.notified(Signal::Outbox);
    tokio::pin!(ready);
    ready.as_mut().enable();

    let (onboarding, owner) = (world.onboarding.clone(), world.owner);
    let request = tokio::spawn(async move {
        let callback = Callback { state, code: Some("a-code".into()), error: None, error_description: None };
        onboarding.callback(owner, callback).await
    });
    tokio::task::spawn_blocking(move || has_asked.recv_timeout(Duration::from_mins(2)).unwrap()).await.unwrap();
    request.abort();

    tokio::time::timeout(Duration::from_mins(2), ready).await.expect("the steps go on");
    assert!(world.status(world.owner).await.connected);
}

#[rstest]
#[tokio::test]
async fn an_interrupted_step_can_be_taken_up_after_a_while(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    graph::well(&world.meta).await;
    graph::once(&world.meta, graph::SUBSCRIBE, refusal(100)).await;
    world.connects(world.owner).await;
    // As a process leaves it that dies in the step.
    let mut tx = world.test.db.write(Scope::Tenant(world.owner.tenant)).await.unwrap();
    let run = onboarding::newest(&mut tx.conn(), world.owner.tenant).await.unwrap().unwrap();
    let (now, step) = (world.clock.now(), Step::WebhookActive);
    let patience = Duration::from_mins(2);
    let mut conn = tx.conn();
    let began = onboarding::begin_step(&mut conn, world.owner.tenant, run.id, step, now, patience).await;
    assert!(began.unwrap());
    tx.commit().await.unwrap();

    let too_early = world.onboarding.retry(world.owner, Hints::default()).await;
    assert!(matches!(too_early, Err(OnboardingError::Busy)), "{too_early:?}");
    world.later(patience);
    let status = world.status(world.owner).await;
    assert_eq!((letters(&status).as_str(), status.can_retry), ("dddddfp", true));
    assert_eq!(world.onboarding.retry(world.owner, Hints::default()).await.unwrap(), Finished::Connected);
}

async fn exchanges(meta: &MockServer) -> Vec<Request> {
    let mut requests = meta.received_requests().await.unwrap();
    requests.retain(|request| request.url.path() == graph::EXCHANGE.1);
    requests
}

fn query(request: &Request, name: &str) -> Option<String> {
    request.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
