//! What Meta has not signed is refused and leaves no trace.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::{
    support::line::signature,
    world::{QUESTION, World, change, entry, text, webhook},
};

const CUSTOMER: &str = "905301234567";

#[rstest]
#[tokio::test]
async fn a_wrong_signature_is_refused_and_nothing_is_stored(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let delivery = webhook(&[entry(&business, &[change(&business, &[text(CUSTOMER, "wamid.1", QUESTION)])])]);
    let body = delivery.to_string();
    let right = signature(body.as_bytes());
    let hex = right.trim_start_matches("sha256=").to_owned();
    let wrong = [
        String::new(),
        "sha256=".to_owned(),
        hex.clone(),
        signature(b"another body"),
        right.to_uppercase(),
        format!("sha256={}", hex.to_uppercase()),
        right[..right.len() - 2].to_owned(),
        format!("{right}00"),
        format!("sha1={hex}"),
    ];
    for wrong in wrong {
        let sent = json!({ "body": body, "signature": wrong });
        assert_eq!(world.sim(Method::POST, "/sim/webhook/raw", &sent).await["status"], 401, "{wrong}");
    }
    world.settle(&business).await;
    assert_eq!(world.conversations(&business).await.len(), 1, "only who asked last has a conversation");
    assert_eq!(world.leftovers(&business).await.len(), 0);
    let sent = json!({ "body": body, "signature": right });
    assert_eq!(world.sim(Method::POST, "/sim/webhook/raw", &sent).await["status"], 200);
    world.path(&business, CUSTOMER).await;
}
