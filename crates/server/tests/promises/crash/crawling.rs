//! Reading a site that is interrupted goes on from where it was.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method, matchers::path};

use super::{process::eventually, site::Site};

const PAGES: usize = 6;

#[rstest]
#[tokio::test]
async fn a_site_that_is_read_when_the_power_fails_is_read_to_its_end(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("crawl.recorded", "crawl.site_recorded")] point: &str,
) {
    let site = Site::start(engine, Duration::from_millis(100)).await;
    let web = MockServer::start().await;
    let mut entries = Vec::new();
    for n in 0..PAGES {
        entries.push(format!("<url><loc>{}/{n}</loc></url>", web.uri()));
        let page = ResponseTemplate::new(200).set_body_raw(format!("<p>Page {n}.</p>"), "text/html");
        Mock::given(method("GET")).and(path(format!("/{n}"))).respond_with(page).mount(&web).await;
    }
    let map = ResponseTemplate::new(200).set_body_raw(format!("<urlset>{}</urlset>", entries.concat()), "text/xml");
    Mock::given(method("GET")).and(path("/sitemap.xml")).respond_with(map).mount(&web).await;

    let web_settings = [("SWITCHBOARD_PRIVATE_PAGES", "on"), ("SWITCHBOARD_CRAWL_PAUSE", "0")];
    let crashing = [web_settings[0], web_settings[1], ("SWITCHBOARD_CRASH_AT", point)];
    let doomed = site.serve_with(&crashing).await;
    let bots = site.call(&doomed, Method::GET, "/api/bots", Value::Null).await;
    let knowledge = format!("/api/bots/{}/knowledge", bots["items"][0]["id"].as_str().expect("a bot"));
    let added = site.call(&doomed, Method::POST, &format!("{knowledge}/sites"), json!({ "url": web.uri() })).await;
    doomed.crashed().await;

    let server = site.serve_with(&web_settings).await;
    let item = format!("{knowledge}/{}", added["id"].as_str().expect("an id"));
    let read = eventually("all is read", async || {
        let item = site.call(&server, Method::GET, &item, Value::Null).await;
        (item["pages_done"] == json!(PAGES)).then_some(item)
    })
    .await;
    assert_eq!((&read["state"], &read["pages_with_problem"]), (&json!("read"), &json!(0)), "{read}");
    let requests = web.received_requests().await.expect("they are kept");
    let asked = |path: &str| requests.iter().filter(|request| request.url.path() == path).count();
    assert_eq!(asked("/sitemap.xml"), 1, "what was recorded is not asked for again");
    assert!((0..PAGES).all(|n| asked(&format!("/{n}")) == 1), "each page is asked for once");
    server.kill().await;
}
