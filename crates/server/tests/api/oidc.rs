//! Signing in at the platform's identity provider, which the simulator plays.

use std::sync::Arc;

use reqwest::redirect::Policy;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_server::config::{Settings, Switch};
use switchboard_simulator::Simulator;
use switchboard_store::{Clock, ManualClock, SharedClock, SystemClock};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use url::Url;

use crate::support::{Answer, Owner, PASSWORD, TestApp, line::eventually, mailbox::token_of, meta, meta::query};

/// A server with a provider, and a browser that goes there.
struct Site {
    app: TestApp,
    simulator: Simulator,
}

/// Who is signed in at the provider, and what goes wrong there.
#[derive(Clone, Copy)]
struct At<'a> {
    sub: &'a str,
    email: &'a str,
    fault: &'a str,
}

const AYSE: At<'_> = At { sub: "1", email: "ayse@bakery.example", fault: "" };

impl Site {
    async fn start(engine: Engine) -> Self {
        Self::with(engine, Arc::new(SystemClock), |_| {}).await
    }

    async fn with(engine: Engine, clock: SharedClock, change: impl FnOnce(&mut Settings)) -> Self {
        let simulator = meta::simulator().await;
        let app = TestApp::start_with(engine, clock, |settings| {
            settings.oidc_issuer = Some(simulator.oidc_issuer());
            settings.oidc_client_id = settings.meta_app_id.clone();
            settings.oidc_client_secret = settings.meta_app_secret.clone();
            settings.smtp_url = Some(simulator.smtp_url().into());
            change(settings);
        })
        .await;
        Self { app, simulator }
    }

    /// From us to the provider: its address, and the cookie that ties the way back to this browser.
    async fn depart(&self) -> (Url, String) {
        let answer = self.app.get("/api/auth/oidc/start?next=/inbox").send().await;
        assert_eq!(answer.status, 303, "{}", answer.raw);
        (Url::parse(answer.header("location").unwrap()).unwrap(), cookie(&answer))
    }

    /// At the provider; where it sends the browser.
    async fn sign_in_there(&self, url: &Url, who: At<'_>) -> Url {
        let mut url = url.clone();
        url.query_pairs_mut().extend_pairs([
            ("sim_auto", "continue"),
            ("sim_sub", who.sub),
            ("sim_email", who.email),
            ("sim_name", "Ayşe Usta"),
            ("sim_fault", who.fault),
        ]);
        self.answered_there(url).await
    }

    async fn answered_there(&self, url: Url) -> Url {
        let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let answer = browser.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 302, "{:?}", answer.text().await);
        Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap()
    }

    /// Back to us.
    async fn arrive(&self, at: &Url, cookie: &str) -> Answer {
        let path = format!("{}?{}", at.path(), at.query().unwrap_or_default());
        self.app.get(&path).cookie(cookie).header("sec-fetch-site", "cross-site").send().await
    }

    /// There and back.
    async fn go(&self, who: At<'_>) -> (Answer, String) {
        let (url, cookie) = self.depart().await;
        let back = self.sign_in_there(&url, who).await;
        (self.arrive(&back, &cookie).await, cookie)
    }

    async fn refused(&self, who: At<'_>) -> String {
        let (answer, _) = self.go(who).await;
        outcome(&answer)
    }

    /// Somebody with a password, who has proved their address if `proved`.
    async fn owner(&self, email: &str, proved: bool) -> Owner {
        let body = json!({ "tenant_name": "Bakery", "name": "Ayşe Usta", "email": email, "password": PASSWORD });
        let answer = self.app.post("/api/auth/signup").json(&body).send().await;
        assert_eq!(answer.status, 201, "{}", answer.raw);
        if proved {
            let mails = eventually(async || {
                let mails = meta::look(&self.simulator, &format!("/sim/mails?to={email}")).await;
                Some(mails).filter(|mails| mails["items"][0]["text"].is_string())
            })
            .await;
            let token = token_of(mails["items"][0]["text"].as_str().unwrap(), "verify-email");
            let proved = self.app.post("/api/auth/verify-email").json(&json!({ "token": token })).send().await;
            assert_eq!(proved.status, 204);
        }
        Owner {
            email: email.to_owned(),
            tenant_id: answer.text("/tenant/id"),
            access_token: answer.text("/access_token"),
            cookie: answer.cookie(),
        }
    }

    async fn me(&self, session: &str) -> Answer {
        let refreshed = self.app.post("/api/auth/refresh").cookie(session).send().await;
        self.app.get("/api/auth/me").bearer(&refreshed.text("/access_token")).send().await
    }

    /// A newcomer's sign-up; the answer.
    async fn sign_up(&self, came: &Answer, cookie: &str) -> Answer {
        let body = json!({ "ticket": behind(came)["ticket"], "tenant_name": "New Bakery", "name": "Ayşe" });
        self.app.post("/api/auth/oidc/signup").cookie(cookie).json(&body).send().await
    }
}

fn cookie(answer: &Answer) -> String {
    let all = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let set = all.rev().find(|cookie| cookie.contains("_oidc=")).expect("the browser gets a cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Max-Age=600"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

/// The session's.
fn session(answer: &Answer) -> String {
    let all = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let set = all.rev().find(|cookie| cookie.contains("_session=")).expect("a session has begun");
    set.split(';').next().unwrap().to_owned()
}

/// What the dashboard is told.
fn outcome(answer: &Answer) -> String {
    let to = Url::parse(answer.header("location").unwrap_or_else(|| panic!("{}", answer.raw))).unwrap();
    assert_eq!(answer.status, 303);
    let told = query(&to);
    told.get("oidc").or(told.get("linked")).expect("it says how it ended").clone()
}

/// What is behind the `#`.
fn behind(answer: &Answer) -> Value {
    let to = Url::parse(answer.header("location").unwrap()).unwrap();
    let pairs = url::form_urlencoded::parse(to.fragment().unwrap_or_default().as_bytes());
    pairs
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[rstest]
#[tokio::test]
async fn a_newcomer_says_what_their_business_is_called_and_is_known_from_then_on(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let site = Site::start(engine).await;
    let (came, cookie) = site.go(AYSE).await;
    assert_eq!(outcome(&came), "newcomer");
    assert_eq!((&behind(&came)["email"], &behind(&came)["name"]), (&json!(AYSE.email), &json!("Ayşe Usta")));

    // The ticket is good in this browser alone.
    site.sign_up(&came, "switchboard_oidc=0123456789012345678901234567890123456789012")
        .await
        .assert_problem(401, "ticket_invalid");
    let unnamed = json!({ "ticket": behind(&came)["ticket"], "tenant_name": " ", "name": "" });
    let unnamed = site.app.post("/api/auth/oidc/signup").cookie(&cookie).json(&unnamed).send().await;
    unnamed.assert_problem(422, "invalid");
    let signed_up = site.sign_up(&came, &cookie).await;
    assert_eq!(signed_up.status, 201, "{}", signed_up.raw);
    assert_eq!(signed_up.text("/tenant/name"), "New Bakery");
    assert_eq!(signed_up.body["user"]["email_verified"], true, "the provider vouches for the address");
    let token = signed_up.text("/access_token");
    let bots = site.app.get("/api/bots").bearer(&token).send().await;
    assert_eq!(bots.body["items"].as_array().unwrap().len(), 1, "a first bot, as for everybody");
    // And once.
    site.sign_up(&came, &cookie).await.assert_problem(401, "ticket_invalid");

    // Known by the subject, whatever the address is by now.
    let (again, _) = site.go(At { email: "ayse@elsewhere.example", fault: "unverified", ..AYSE }).await;
    assert_eq!(again.header("location"), Some("http://localhost:8080/sign-in?oidc=done&next=%2Finbox"));
    let me = site.me(&session(&again)).await;
    assert_eq!(me.body["user"]["id"], signed_up.body["user"]["id"]);
    let ways = site.app.get("/api/auth/identities").bearer(&token).send().await;
    assert_eq!(
        (&ways.body["has_password"], ways.text("/items/0/email").as_str()),
        (&json!(false), "ayse@elsewhere.example")
    );

    // There is no password: none opens the account, and the only way in stays.
    site.app.login(AYSE.email, "").await.assert_problem(401, "wrong_credentials");
    site.app.login(AYSE.email, PASSWORD).await.assert_problem(401, "wrong_credentials");
    let path = format!("/api/auth/identities/{}", ways.text("/items/0/id"));
    site.app.delete(&path).bearer(&token).send().await.assert_problem(409, "only_way_in");
    let enrol = site.app.post("/api/auth/second-factor/enrol").bearer(&token).json(&json!({ "password": "" }));
    enrol.send().await.assert_problem(409, "no_password");
}

#[rstest]
#[tokio::test]
async fn an_address_that_both_sides_have_proved_links_by_itself(#[values(Sqlite, Postgres)] engine: Engine) {
    let site = Site::start(engine).await;
    let owner = site.owner(AYSE.email, true).await;
    let (came, _) = site.go(AYSE).await;
    assert_eq!(outcome(&came), "done");
    assert_eq!(site.me(&session(&came)).await.text("/tenant/id"), owner.tenant_id);
    let audit = site.app.get("/api/audit?action=person.identity_linked").bearer(&owner.access_token).send().await;
    assert_eq!(audit.body["items"].as_array().unwrap().len(), 1, "{}", audit.raw);
    let ways = site.app.get("/api/auth/identities").bearer(&owner.access_token).send().await;
    assert_eq!((&ways.body["has_password"], ways.body["items"].as_array().unwrap().len()), (&json!(true), 1));
    let path = format!("/api/auth/identities/{}", ways.text("/items/0/id"));
    let other = site.owner("other@bakery.example", true).await;
    site.app.delete(&path).bearer(&other.access_token).send().await.assert_problem(404, "not_found");
    assert_eq!(site.app.delete(&path).bearer(&owner.access_token).send().await.status, 204);
    assert_eq!(site.app.login(AYSE.email, PASSWORD).await.status, 200, "the password still opens it");
}

#[rstest]
#[case::unproved_here(false, "")]
#[case::unproved_there(true, "unverified")]
#[tokio::test]
async fn an_address_that_one_side_has_not_proved_never_links_by_itself(#[case] here: bool, #[case] fault: &str) {
    let site = Site::start(Sqlite).await;
    let owner = site.owner(AYSE.email, here).await;
    assert_eq!(site.refused(At { fault, ..AYSE }).await, "link_first");
    let ways = site.app.get("/api/auth/identities").bearer(&owner.access_token).send().await;
    assert_eq!(ways.body["items"], json!([]));
}

#[tokio::test]
async fn where_no_mail_is_sent_no_address_is_proved() {
    let site = Site::with(Sqlite, Arc::new(SystemClock), |settings| settings.smtp_url = None).await;
    site.owner(AYSE.email, false).await;
    assert_eq!(site.refused(AYSE).await, "link_first", "anybody may have signed up with it");
}

#[rstest]
#[tokio::test]
async fn whoever_is_signed_in_links_an_identity_with_their_password(#[values(Sqlite, Postgres)] engine: Engine) {
    let site = Site::start(engine).await;
    let owner = site.owner("somebody@bakery.example", false).await;
    let link = async |owner: &Owner, body: Value| {
        site.app.post("/api/auth/oidc/link").bearer(&owner.access_token).json(&body).send().await
    };
    link(&owner, json!({})).await.assert_problem(422, "invalid");
    link(&owner, json!({ "password": "wrong" })).await.assert_problem(422, "wrong_password");
    let started = link(&owner, json!({ "password": PASSWORD })).await;
    assert_eq!(started.status, 200, "{}", started.raw);
    let url = Url::parse(&started.text("/url")).unwrap();
    let back = site.sign_in_there(&url, AYSE).await;
    let ended = site.arrive(&back, &cookie(&started)).await;
    assert_eq!(ended.header("location"), Some("http://localhost:8080/settings/security?linked=done"));
    // From now on it opens the account.
    let (came, _) = site.go(AYSE).await;
    assert_eq!(site.me(&session(&came)).await.text("/tenant/id"), owner.tenant_id);

    // It is nobody else's any more.
    let other = site.owner("other@bakery.example", false).await;
    let started = link(&other, json!({ "password": PASSWORD })).await;
    let back = site.sign_in_there(&Url::parse(&started.text("/url")).unwrap(), AYSE).await;
    let ended = site.arrive(&back, &cookie(&started)).await;
    assert_eq!(ended.header("location"), Some("http://localhost:8080/settings/security?linked=taken"));
    let key = site.app.api_key(&owner, "admin").await;
    let by_key = site.app.post("/api/auth/oidc/link").api_key(&key).json(&json!({})).send().await;
    by_key.assert_problem(403, "forbidden");
}

#[rstest]
#[case("nonce")]
#[case("expired")]
#[case("audience")]
#[case("issuer")]
#[case("signature")]
#[tokio::test]
async fn a_token_that_does_not_hold_opens_nothing(#[case] fault: &str, #[values(Sqlite, Postgres)] engine: Engine) {
    let site = Site::start(engine).await;
    site.owner(AYSE.email, true).await;
    let (refused, _) = site.go(At { fault, ..AYSE }).await;
    assert_eq!(outcome(&refused), "failed");
    assert!(!refused.headers.contains_key("set-cookie"), "no session has begun");
    assert_eq!(site.refused(AYSE).await, "done", "and nothing is broken by it");
}

#[rstest]
#[tokio::test]
async fn trouble_at_the_provider_is_told(#[values(Sqlite, Postgres)] engine: Engine) {
    let site = Site::start(engine).await;
    assert_eq!(site.refused(At { fault: "token_endpoint", ..AYSE }).await, "unavailable");
    assert_eq!(site.refused(At { fault: "no_email", ..AYSE }).await, "no_email");
    let (url, cookie) = site.depart().await;
    let mut denied = url;
    denied.query_pairs_mut().append_pair("sim_auto", "deny");
    let back = site.answered_there(denied).await;
    assert_eq!(outcome(&site.arrive(&back, &cookie).await), "denied");
    let Site { app, simulator } = site;
    simulator.stop().await;
    // What it said of itself is known already; its token endpoint is gone.
    let departed = app.get("/api/auth/oidc/start").cookie(&cookie).send().await;
    let state = query(&Url::parse(departed.header("location").unwrap()).unwrap())["state"].clone();
    let path = format!("/api/auth/oidc/callback?code=x&state={state}");
    assert_eq!(outcome(&app.get(&path).cookie(&cookie).send().await), "unavailable");
}

#[rstest]
#[tokio::test]
async fn a_provider_that_tells_no_address_in_its_token_is_asked_for_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let site = Site::start(engine).await;
    let (came, _) = site.go(At { fault: "thin", ..AYSE }).await;
    assert_eq!((outcome(&came).as_str(), &behind(&came)["email"]), ("newcomer", &json!(AYSE.email)));
}

#[rstest]
#[tokio::test]
async fn a_state_is_good_once_for_ten_minutes_in_one_browser(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let site = Site::with(engine, clock.clone(), |_| {}).await;
    let (url, own) = site.depart().await;
    let back = site.sign_in_there(&url, AYSE).await;
    // Stolen: the way back without the cookie, and with another browser's.
    let nobody = site.app.get(&format!("{}?{}", back.path(), back.query().unwrap())).send().await;
    assert_eq!(outcome(&nobody), "expired");
    let (_, others) = site.depart().await;
    assert_ne!(own, others);
    assert_eq!(outcome(&site.arrive(&back, &others).await), "expired");
    // Neither has cost its owner anything.
    assert_eq!(outcome(&site.arrive(&back, &own).await), "newcomer");
    assert_eq!(outcome(&site.arrive(&back, &own).await), "expired", "replayed");
    let made_up = site.app.get("/api/auth/oidc/callback?code=c&state=made-up").cookie(&own).send().await;
    assert_eq!(outcome(&made_up), "expired");
    let late = site.depart().await;
    clock.advance(std::time::Duration::from_mins(10));
    let path = format!("/api/auth/oidc/callback?code=c&state={}", query(&late.0)["state"]);
    assert_eq!(outcome(&site.app.get(&path).cookie(&late.1).send().await), "expired");
    // Of what ties both ways together the address holds digests alone.
    let sent = query(&url);
    assert_eq!((sent["code_challenge_method"].as_str(), sent["response_type"].as_str()), ("S256", "code"));
    let secret = own.split_once('=').unwrap().1;
    assert!(
        !url.as_str().contains(secret) && sent["nonce"] != sent["state"] && sent["nonce"] != sent["code_challenge"]
    );
}

#[rstest]
#[tokio::test]
async fn our_own_second_factor_still_counts(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let site = Site::with(engine, clock.clone(), |_| {}).await;
    let owner = site.owner(AYSE.email, true).await;
    let post = async |operation: &str, body: Value| {
        let path = format!("/api/auth/second-factor/{operation}");
        site.app.post(&path).bearer(&owner.access_token).json(&body).send().await
    };
    let enrolled = post("enrol", json!({ "password": PASSWORD })).await;
    let secret = totp_rs::Secret::try_from_base32(enrolled.text("/secret")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    let code = || totp.generate(u64::try_from(clock.now().0 / 1000).unwrap()).to_string();
    assert_eq!(post("confirm", json!({ "code": code() })).await.status, 200);
    clock.advance(std::time::Duration::from_secs(30));
    let (came, _) = site.go(AYSE).await;
    assert_eq!(outcome(&came), "second_factor");
    assert!(!came.headers.contains_key("set-cookie"), "nobody is signed in yet");
    let step = json!({ "ticket": behind(&came)["ticket"], "code": code() });
    let signed_in = site.app.post("/api/auth/login/second-factor").json(&step).send().await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.raw);
}

#[rstest]
#[tokio::test]
async fn the_installation_may_keep_newcomers_out_or_have_no_provider(#[values(Sqlite, Postgres)] engine: Engine) {
    let closed = Site::with(Sqlite, Arc::new(SystemClock), |settings| settings.oidc_sign_up = Switch::Off).await;
    assert_eq!(closed.refused(AYSE).await, "sign_up_off");
    let methods = closed.app.get("/api/auth/methods").send().await;
    assert_eq!(methods.text("/oidc/label"), "Single sign-on");
    let none = TestApp::start(engine).await;
    assert_eq!(none.get("/api/auth/methods").send().await.body, json!({ "oidc": null }));
    none.get("/api/auth/oidc/start").send().await.assert_problem(404, "not_found");
    none.get("/api/auth/oidc/callback?code=c&state=s").send().await.assert_problem(404, "not_found");
}
