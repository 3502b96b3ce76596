//! Web pages of a business that is suspended wait.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use switchboard_server::config::Switch;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path_regex},
};

use crate::world::{Business, World, eventually};

#[rstest]
#[tokio::test]
async fn the_pages_of_a_suspended_business_wait(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start_with(engine, |it| it.private_pages = Switch::On).await;
    let (bakery, florist) = (world.business("Bakery").await, world.business("Florist").await);
    let admin = world.platform_admin().await;
    let on_platform = async |what: &str| {
        let path = format!("/api/platform/tenants/{}/{what}", bakery.owner.tenant_id);
        let call = world.app.post(&path).bearer(&admin.access_token).json(&json!({ "reason": "Unpaid" }));
        assert_eq!(call.send().await.status, 200);
    };
    let site = MockServer::start().await;
    let page = ResponseTemplate::new(200).set_body_raw("<p>Rye.</p>", "text/html").set_delay(Duration::from_secs(3));
    Mock::given(method("GET")).and(path_regex("^/page")).respond_with(page).mount(&site).await;
    let name = async |business: &Business, page: &str| {
        let pages = format!("/api/bots/{}/knowledge/pages", business.bot);
        let item = world.act(business, &pages, &json!({ "url": format!("{}{page}", site.uri()) })).await;
        format!("/api/bots/{}/knowledge/{}", business.bot, item["id"].as_str().expect("an id"))
    };
    let is_read = async |business: &Business, item: &str| world.read(business, item).await["state"] == "read";
    let (first, second) = (name(&bakery, "/page/1").await, name(&bakery, "/page/2").await);
    eventually("the first is being read", async || {
        (world.read(&bakery, &first).await["state"] == "reading").then_some(())
    })
    .await;
    on_platform("suspend").await;
    // Asked for later, at the same site.
    let third = name(&florist, "/page/3").await;
    eventually("others go on", async || is_read(&florist, &third).await.then_some(())).await;
    let requests = site.received_requests().await.expect("they are kept");
    assert!(!requests.iter().any(|request| request.url.path() == "/page/2"), "the second waits");
    on_platform("resume").await;
    for page in [&first, &second] {
        eventually("it goes on", async || is_read(&bakery, page).await.then_some(())).await;
    }
}
