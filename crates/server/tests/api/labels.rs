use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::line::Line;

#[rstest]
#[tokio::test]
async fn a_business_has_labels_of_its_own(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let mut stream = line.get("/api/events").stream().await;
    stream.next().await.expect("a greeting");
    let made = line.post("/api/labels").json(&json!({ "name": " Şikâyet ", "colour": "red" })).send().await;
    assert_eq!((made.status, made.text("/name"), made.text("/colour")), (201, "Şikâyet".into(), "red".into()));
    assert_eq!(stream.next_of("labels.").await.kind, "labels.updated");
    line.post("/api/labels").json(&json!({ "name": "Cake", "colour": "blue" })).send().await;
    let names = async || {
        let list = line.read("/api/labels").await;
        list["items"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["Cake", "Şikâyet"]);
    let path = format!("/api/labels/{}", made.text("/id"));
    let changed = line.patch(&path).json(&json!({ "name": "Complaint" })).send().await;
    assert_eq!((changed.text("/name"), changed.text("/colour")), ("Complaint".into(), "red".into()));
    let taken = line.patch(&path).json(&json!({ "name": "CAKE" })).send().await;
    taken.assert_problem(409, "name_taken");
    line.post("/api/labels")
        .json(&json!({ "name": "cake", "colour": "red" }))
        .send()
        .await
        .assert_problem(409, "name_taken");
    assert_eq!(line.delete(&path).send().await.status, 204);
    line.delete(&path).send().await.assert_problem(404, "not_found");
    line.patch(&path).json(&json!({})).send().await.assert_problem(404, "not_found");
    assert_eq!(names().await, ["Cake"]);
}

#[rstest]
#[case(json!({ "name": " ", "colour": "red" }), 422, "invalid")]
#[case(json!({ "name": "x".repeat(41), "colour": "red" }), 422, "invalid")]
#[case(json!({ "name": "Cake", "colour": "purple" }), 400, "malformed")]
#[case(json!({ "name": "Cake" }), 400, "malformed")]
#[tokio::test]
async fn a_label_that_cannot_be_is_refused(#[case] body: Value, #[case] status: u16, #[case] code: &str) {
    let line = Line::open(Sqlite).await;
    line.post("/api/labels").json(&body).send().await.assert_problem(status, code);
}

#[tokio::test]
async fn there_is_an_end_to_labels() {
    let line = Line::open(Sqlite).await;
    for number in 0..100 {
        let label = json!({ "name": format!("Label {number}"), "colour": "grey" });
        assert_eq!(line.post("/api/labels").json(&label).send().await.status, 201);
    }
    let more = json!({ "name": "One more", "colour": "grey" });
    line.post("/api/labels").json(&more).send().await.assert_problem(409, "too_many");
}
