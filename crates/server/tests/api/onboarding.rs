use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Owner, TestApp, meta};

async fn status(app: &TestApp, owner: &Owner) -> Answer {
    app.get("/api/onboarding/whatsapp/status").bearer(&owner.access_token).send().await
}

/// The states of the seven steps by their first letters.
fn letters(status: &Answer) -> String {
    let steps = status.body["steps"].as_array().into_iter().flatten();
    steps.filter_map(|step| step["state"].as_str()?.chars().next()).collect()
}

async fn complete(app: &TestApp, owner: &Owner, body: &Value) -> Answer {
    app.post("/api/onboarding/whatsapp/complete").bearer(&owner.access_token).json(body).send().await
}

#[rstest]
#[tokio::test]
async fn a_browser_connects_a_number_by_redirect(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    let before = status(&app, &owner).await;
    assert_eq!((&before.body["connected"], &before.body["status"]), (&json!(false), &json!("not_connected")));

    let to = meta::dialog(&app, &owner, "continue").await;
    let answer = meta::returns(&app, &owner, &to).await;

    let after = status(&app, &owner).await;
    assert_eq!((answer.status, answer.raw.as_str()), (303, ""), "{}", after.raw);
    assert_eq!(answer.header("location"), Some("http://localhost:8080/?connect=done"), "{}", after.raw);
    assert_eq!(letters(&after), "ddddddd", "{}", after.raw);
    assert_eq!((&after.body["connected"], &after.body["webhook_active"]), (&json!(true), &json!(true)));
    assert!(after.body["phone_number"].is_string() && after.body["steps"][6]["at"].is_string(), "{}", after.raw);

    // The same redirect once more, as from the browser's history: nothing is lost by it.
    let again = meta::returns(&app, &owner, &to).await;
    assert_eq!(again.header("location"), Some("http://localhost:8080/?connect=failed"));
    assert_eq!(status(&app, &owner).await.body, after.body);
}

#[rstest]
#[case("cancel")]
#[case("error")]
#[tokio::test]
async fn a_dialog_without_consent_leads_back_to_the_dashboard(#[case] how: &str) {
    let simulator = meta::simulator().await;
    let app = meta::app(Sqlite, &simulator).await;
    let owner = app.signup("Bakery").await;
    let to = meta::dialog(&app, &owner, how).await;
    let answer = meta::returns(&app, &owner, &to).await;
    assert_eq!(answer.header("location"), Some("http://localhost:8080/?connect=failed"));
    let after = status(&app, &owner).await;
    assert_eq!((letters(&after).as_str(), &after.body["status"]), ("dfppppp", &json!("failed")));
    assert!(after.body["steps"][1]["error"].is_string(), "{}", after.raw);
    let again = app.post("/api/onboarding/whatsapp/retry").bearer(&owner.access_token).json(&json!({})).send().await;
    again.assert_problem(409, "nothing_to_retry");
}

#[tokio::test]
async fn only_who_began_may_bring_the_answer_of_the_dialog() {
    let simulator = meta::simulator().await;
    let app = meta::app(Sqlite, &simulator).await;
    let (owner, thief) = (app.signup("Bakery").await, app.signup("Thief").await);
    let to = meta::dialog(&app, &owner, "continue").await;
    let nobody = app.get(&format!("{}?{}", to.path(), to.query().unwrap())).send().await;
    nobody.assert_problem(401, "unauthorized");
    let stolen = meta::returns(&app, &thief, &to).await;
    assert_eq!(stolen.header("location"), Some("http://localhost:8080/?connect=failed"));
    let query = meta::query(&to);
    let body = json!({ "code": query["code"], "state": query["state"], "event": "FINISH" });
    complete(&app, &thief, &body).await.assert_problem(422, "state_not_yours");
    // Neither cost the owner anything.
    let answer = meta::returns(&app, &owner, &to).await;
    assert_eq!(answer.header("location"), Some("http://localhost:8080/?connect=done"));
}

#[tokio::test]
async fn a_step_that_fails_is_told_to_the_script_and_kept() {
    let simulator = meta::simulator().await;
    let app = meta::app(Sqlite, &simulator).await;
    let owner = app.signup("Bakery").await;
    let started = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await;
    assert_eq!((started.text("/app_id").as_str(), &started.body["config_id"]), ("1234567890", &json!(null)));
    let body = json!({ "code": "made up", "state": started.text("/state"), "waba_id": "1", "event": "FINISH" });
    let answer = complete(&app, &owner, &body).await;
    answer.assert_problem(422, "connection_stopped");
    let after = status(&app, &owner).await;
    assert_eq!(letters(&after), "ddfpppp");
    assert_eq!(after.body["steps"][2]["error"], answer.body["detail"]);
    assert_eq!(after.body["steps"][2]["meta"]["code"], 100, "{}", after.raw);
    complete(&app, &owner, &body).await.assert_problem(422, "state_replayed");
    let again = app.post("/api/onboarding/whatsapp/retry").bearer(&owner.access_token).json(&json!({})).send().await;
    again.assert_problem(409, "start_again");
    let cancelled = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await;
    let body = json!({ "state": cancelled.text("/state"), "event": "CANCEL" });
    assert_eq!(complete(&app, &owner, &body).await.status, 200);
}

#[tokio::test]
async fn it_takes_a_person_who_may_manage_numbers() {
    let app = TestApp::start(Sqlite).await;
    let owner = app.signup("Bakery").await;
    for role in ["admin", "operator", "viewer"] {
        let key = app.api_key(&owner, role).await;
        let start = app.post("/api/onboarding/whatsapp/start").api_key(&key).send().await;
        start.assert_problem(403, "forbidden");
        let seen = app.get("/api/onboarding/whatsapp/status").api_key(&key).send().await;
        assert_eq!(seen.status, 200, "everybody may look");
    }
}
