use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use switchboard_store::{Clock, ManualClock, SystemClock};
use switchboard_test_support::Engine;

use crate::support::{
    PASSWORD, TestApp,
    line::eventually,
    mailbox::{Mailbox, token},
};

#[rstest]
#[tokio::test]
async fn a_mail_comes_as_text_and_as_html_in_the_persons_language(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mailbox = Mailbox::open(engine).await;
    for (language, subject, direction) in [
        ("en", "Confirm your e-mail address", "ltr"),
        ("tr", "E-posta adresinizi doğrulayın", "ltr"),
        ("ar", "أكّد عنوان بريدك الإلكتروني", "rtl"),
    ] {
        let email = format!("{language}@example.com");
        let body = json!({ "tenant_name": "T", "name": "Ayşe <Usta>", "email": email, "password": PASSWORD,
            "language": language });
        let answer = mailbox.app.post("/api/auth/signup").json(&body).send().await;
        assert_eq!((answer.status, answer.text("/user/language").as_str()), (201, language), "{}", answer.raw);
        let mail = mailbox.mail(&email, 1).await;
        assert_eq!((&mail["subject"], &mail["from"]), (&json!(subject), &json!("no-reply@localhost")));
        let html = mail["html"].as_str().unwrap();
        assert!(html.contains(&format!("dir=\"{direction}\"")) && html.contains("Ayşe &lt;Usta&gt;"), "{html}");
        assert!(html.contains(&token(&mail, "verify-email")), "both forms carry the link");
    }
}

#[rstest]
#[tokio::test]
async fn a_mail_that_is_refused_for_now_leaves_later(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let mailbox = Mailbox::open_at(engine, &clock).await;
    mailbox.refuse(451, 2).await;
    let owner = mailbox.app.signup("Bakery").await;
    let metrics = async |outcome: &str| {
        let text = mailbox.app.get("/metrics").send().await.raw;
        text.lines().any(|line| line.starts_with("switchboard_mails_total") && line.contains(outcome))
    };
    eventually(async || metrics("postponed").await.then_some(())).await;
    assert!(mailbox.mails(&owner.email).await.is_empty());
    let mail = eventually(async || {
        clock.advance(Duration::from_secs(5));
        mailbox.mails(&owner.email).await.pop()
    })
    .await;
    let token = token(&mail, "verify-email");
    let verified = mailbox.app.post("/api/auth/verify-email").json(&json!({ "token": token })).send().await;
    assert_eq!(verified.status, 204, "{}", verified.raw);
}

#[rstest]
#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up_and_shown(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mailbox = Mailbox::open(engine).await;
    let owner = mailbox.app.signup("Bakery").await;
    let app = &mailbox.app;
    let verification = token(&mailbox.mail(&owner.email, 1).await, "verify-email");
    app.post("/api/auth/verify-email").json(&json!({ "token": verification })).send().await;
    mailbox.refuse(550, 1).await;
    let body = json!({ "email": "nobody@example.com", "role": "viewer" });
    let invited = app.post("/api/invitations").bearer(&owner.access_token).json(&body).send().await;
    assert_eq!(invited.status, 201, "{}", invited.raw);
    let shown = eventually(async || {
        let list = app.get("/api/invitations").bearer(&owner.access_token).send().await;
        Some(list.body["items"][0].clone()).filter(|it| it["send_error"].is_string())
    })
    .await;
    assert_eq!(shown["send_error"], "the mail server refused it (550)");
    assert_eq!(shown["sent_at"], json!(null));
    let path = format!("/api/invitations/{}/resend", invited.text("/id"));
    assert_eq!(app.post(&path).bearer(&owner.access_token).send().await.body["send_error"], json!(null));
    assert!(mailbox.mail("nobody@example.com", 1).await["text"].as_str().unwrap().contains("Bakery"));
}

#[rstest]
#[tokio::test]
async fn a_mail_that_has_waited_for_a_day_is_dropped(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let mailbox = Mailbox::open_at(engine, &clock).await;
    let owner = mailbox.app.signup("Bakery").await;
    mailbox.mail(&owner.email, 1).await;
    mailbox.refuse(451, 1).await;
    let ask =
        async |email: &str| mailbox.app.post("/api/auth/password/forgot").json(&json!({ "email": email })).send().await;
    assert_eq!(ask(&owner.email).await.status, 202);
    eventually(async || {
        let metrics = mailbox.app.get("/metrics").send().await.raw;
        let is_postponed = |line: &str| line.contains("reset_password") && line.contains("postponed");
        metrics.lines().any(is_postponed).then_some(())
    })
    .await;
    clock.advance(Duration::from_hours(24));
    // Queued after it: when this one has come, the other would have been tried, too.
    let other = mailbox.app.signup("Florist").await;
    mailbox.mail(&other.email, 1).await;
    assert_eq!(mailbox.mails(&owner.email).await.len(), 1);
}

#[tokio::test]
async fn a_mail_server_that_is_not_there_stops_nobody_from_signing_up() {
    let clock = std::sync::Arc::new(SystemClock);
    let nobody = |settings: &mut switchboard_server::config::Settings| {
        settings.smtp_url = Some("smtp://127.0.0.1:9".into());
    };
    let app = TestApp::start_with(Engine::Sqlite, clock, nobody).await;
    let owner = app.signup("Bakery").await;
    let me = app.get("/api/auth/me").bearer(&owner.access_token).send().await;
    assert_eq!(me.body["user"]["email_verified"], false);
}

#[rstest]
#[tokio::test]
async fn no_token_of_a_mail_is_in_the_database(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mailbox = Mailbox::open(engine).await;
    let owner = mailbox.app.signup("Bakery").await;
    let token = token(&mailbox.mail(&owner.email, 1).await, "verify-email");
    let dump = match mailbox.app.db.url.strip_prefix("sqlite://") {
        Some(path) => [path.to_owned(), format!("{path}-wal")].map(|it| std::fs::read(it).unwrap()).concat(),
        None => switchboard_test_support::dump(&mailbox.app.db.db).await,
    };
    let holds = |text: &str| dump.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(&owner.email), "the search finds what is there");
    assert!(!holds(&token));
}
