//! What a bot learns from files and web pages.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_server::config::{Settings, Switch};
use switchboard_store::{SharedClock, SystemClock};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path},
};

use crate::support::{Answer, Call, TestApp};

mod crawling;
mod documents;

/// Longer than anything should take, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(2);

struct Studio {
    app: TestApp,
    /// An API key of the role admin.
    key: String,
    /// The path of its first bot.
    bot: String,
}

impl Studio {
    async fn open(engine: Engine, private_pages: Switch) -> Self {
        Self::open_with(engine, Arc::new(SystemClock), |it| it.private_pages = private_pages).await
    }

    async fn open_with(engine: Engine, clock: SharedClock, change: impl FnOnce(&mut Settings)) -> Self {
        let app = TestApp::start_with(engine, clock, change).await;
        let owner = app.signup("Bakery").await;
        let key = app.api_key(&owner, "admin").await;
        let bots = app.get("/api/bots").api_key(&key).send().await;
        let bot = format!("/api/bots/{}", bots.text("/items/0/id"));
        Self { app, key, bot }
    }

    fn call(&self, call: Call) -> Call {
        call.api_key(&self.key)
    }

    async fn read(&self, path: &str) -> Answer {
        let answer = self.call(self.app.get(&format!("{}{path}", self.bot))).send().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.raw);
        answer
    }

    async fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let mut body = format!("--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
            .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let call = self.app.post(&format!("{}/knowledge/files", self.bot));
        self.call(call).body("multipart/form-data; boundary=edge", body).send().await
    }

    /// What is answered to the address of a `page` or `site`, before anything is read of it.
    async fn named(&self, kind: &str, url: &str) -> Answer {
        let call = self.app.post(&format!("{}/knowledge/{kind}s", self.bot));
        self.call(call).json(&json!({ "url": url })).send().await
    }

    /// A page once it has been read, or could not be.
    async fn page(&self, url: &str) -> Answer {
        let named = self.named("page", url).await;
        assert_eq!((named.status, named.text("/state"), named.text("/type")), (201, "waiting".into(), "page".into()));
        self.settled(&named.text("/id")).await
    }

    async fn refresh(&self, item: &Answer) -> Answer {
        let call = self.app.post(&format!("{}/knowledge/{}/refresh", self.bot, item.text("/id")));
        let asked = self.call(call).send().await;
        assert_eq!((asked.status, asked.text("/state")), (202, "waiting".into()), "{}", asked.raw);
        self.settled(&item.text("/id")).await
    }

    /// An item, once nobody is to read it or its pages any more.
    async fn settled(&self, id: &str) -> Answer {
        let path = format!("/knowledge/{id}");
        eventually("it is read", async || {
            let item = self.read(&path).await;
            let is_over = ["read", "problem"].contains(&item.text("/state").as_str());
            (is_over && item.body["pages"] == item.body["pages_done"]).then_some(item)
        })
        .await
    }

    /// What the bot would find.
    async fn found(&self, question: &str) -> String {
        let call = self.app.get(&format!("{}/search?q={}", self.bot, question.replace(' ', "%20")));
        self.call(call).send().await.body["items"].to_string()
    }
}

async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what}: it has not come to that");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[rstest]
#[case("prices.csv", "Bread;Price\nRye;90 TL\n", "prices.csv", "Bread: Rye")]
#[case("story.md", "# Our story\n\nWe bake rye since 1960.", "story.md", "since 1960")]
#[case("about.HTML", "<title>About us</title><p>Rye &amp; wheat</p><script>x</script>", "About us", "Rye & wheat")]
#[case("notes.txt", "Rye rests for a day.", "notes.txt", "rests for a day")]
#[tokio::test]
async fn a_file_is_read_found_corrected_and_forgotten(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] name: &str,
    #[case] content: &str,
    #[case] title: &str,
    #[case] words: &str,
) {
    let studio = Studio::open(engine, Switch::Off).await;
    let added = studio.upload(name, content.as_bytes()).await;
    assert_eq!(
        (added.status, added.text("/type"), added.text("/source")),
        (201, "file".into(), name.into()),
        "{}",
        added.raw
    );
    assert_eq!(added.text("/title"), title);
    assert!(added.text("/text").contains(words), "{}", added.raw);
    assert!(studio.found("rye").await.contains(words));
    let item = format!("{}/knowledge/{}", studio.bot, added.text("/id"));
    let changed = studio.call(studio.app.patch(&item)).json(&json!({ "text": "Oats." })).send().await;
    assert_eq!(changed.text("/text"), "Oats.");
    assert_eq!(studio.found("rye").await, "[]");
    assert_eq!(studio.call(studio.app.delete(&item)).send().await.status, 204);
    assert_eq!(studio.found("oats").await, "[]");
}

#[rstest]
#[tokio::test]
async fn pdf_and_word_files_are_read_and_found(#[values(Sqlite, Postgres)] engine: Engine) {
    let studio = Studio::open(engine, Switch::Off).await;
    for (name, bytes) in
        [("menu.pdf", documents::pdf("Rye rests for a day.")), ("menu.docx", documents::docx("Rye rests for a day."))]
    {
        let added = studio.upload(name, &bytes).await;
        assert_eq!((added.status, added.text("/title")), (201, name.to_owned()), "{}", added.raw);
        assert_eq!(added.text("/text"), "Rye rests for a day.");
        assert!(studio.found("rye").await.contains("rests for a day"));
        let item = format!("{}/knowledge/{}", studio.bot, added.text("/id"));
        assert_eq!(studio.call(studio.app.delete(&item)).send().await.status, 204);
    }
}

#[rstest]
#[case::text("image.txt", b"\x89PNG\x00\x01".to_vec(), "file_binary")]
#[case::empty("empty.md", b" \n".to_vec(), "file_empty")]
#[case::old_word("letter.doc", b"x".to_vec(), "file_unsupported")]
#[case::picture("scan.pdf", documents::pdf(""), "file_empty")]
#[case::not_a_pdf("photo.pdf", b"\x89PNG".to_vec(), "file_damaged")]
#[case::cut_off("cut.pdf", documents::pdf("Rye")[..60].to_vec(), "file_damaged")]
#[case::not_word("plain.docx", b"plain".to_vec(), "file_damaged")]
#[case::locked("secret.pdf", documents::locked_pdf(), "file_locked")]
#[case::bomb("bomb.pdf", documents::pdf_bomb(), "file_too_hard")]
#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_says_why_and_harms_nothing(
    #[case] name: &str,
    #[case] bytes: Vec<u8>,
    #[case] code: &str,
) {
    let studio = Studio::open(Sqlite, Switch::Off).await;
    let refused = studio.upload(name, &bytes).await;
    refused.assert_problem(422, code);
    assert_eq!(refused.invalid_fields(), ["file"]);
    assert_eq!(studio.upload("after.txt", b"Rye rests for a day.").await.status, 201);
}

#[rstest]
#[tokio::test]
async fn the_text_of_a_file_is_corrected_however_long_it_is(#[values(Sqlite, Postgres)] engine: Engine) {
    let studio = Studio::open(engine, Switch::Off).await;
    let item = studio.upload("menu.txt", "الخبز".as_bytes()).await;
    assert_eq!(item.status, 201, "{}", item.raw);
    let call = studio.app.patch(&format!("{}/knowledge/{}", studio.bot, item.text("/id")));
    let corrected = studio.call(call).json(&json!({ "text": "ب".repeat(600_000) })).send().await;
    assert_eq!((corrected.status, &corrected.body["characters"]), (200, &json!(600_000)));
}

#[tokio::test]
async fn a_file_of_more_than_ten_megabytes_is_too_large() {
    let studio = Studio::open(Sqlite, Switch::Off).await;
    assert_eq!(studio.upload("large.txt", &vec![b'a'; 10 * 1024 * 1024 + 70_000]).await.status, 413);
    let long = studio.upload("long.txt", "rye ".repeat(300_000).as_bytes()).await;
    long.assert_problem(422, "file_too_long");
}

async fn serve(site: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(site).await;
}

fn html(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text.to_owned(), "text/html; charset=utf-8")
}

#[rstest]
#[tokio::test]
async fn a_page_is_read_with_its_redirects_and_read_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let studio = Studio::open(engine, Switch::On).await;
    let site = MockServer::start().await;
    serve(&site, "/old", ResponseTemplate::new(301).insert_header("location", "/about")).await;
    let times = AtomicUsize::new(0);
    let answer = move |_: &Request| match times.fetch_add(1, Ordering::SeqCst) {
        0 => html("<title>About us</title><nav>Home</nav><p>We bake rye.</p>"),
        1 => ResponseTemplate::new(500),
        _ => html("<title>About us</title><p>We bake spelt.</p>"),
    };
    Mock::given(method("GET")).and(path("/about")).respond_with(answer).mount(&site).await;
    let added = studio.page(&format!("{}/old", site.uri())).await;
    assert_eq!((added.text("/state"), added.text("/title")), ("read".into(), "About us".into()), "{}", added.raw);
    assert_eq!((added.text("/text"), &added.body["problem"]), ("We bake rye.".into(), &Value::Null));
    assert!(studio.found("rye").await.contains("We bake rye."));

    let failed = studio.refresh(&added).await;
    let (state, problem) = (failed.text("/state"), failed.text("/problem"));
    assert_eq!((state.as_str(), problem.as_str()), ("problem", "status"), "{}", failed.raw);
    assert_eq!((failed.text("/text"), &failed.body["read_at"]), ("We bake rye.".into(), &added.body["read_at"]));
    let again = studio.refresh(&added).await;
    assert_eq!((again.text("/text"), &again.body["problem"]), ("We bake spelt.".into(), &Value::Null), "{}", again.raw);
    assert!(studio.found("spelt").await.contains("We bake spelt.") && studio.found("rye").await == "[]");
}

#[rstest]
#[tokio::test]
async fn a_page_that_says_something_new_leaves_what_it_said_and_files_are_put_back(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let studio = Studio::open(engine, Switch::On).await;
    let site = MockServer::start().await;
    let times = AtomicUsize::new(0);
    let answer = move |_: &Request| match times.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => html("<title>About us</title><p>We bake rye.</p>"),
        _ => html("<title>About us</title><p>We bake spelt.</p>"),
    };
    Mock::given(method("GET")).and(path("/about")).respond_with(answer).mount(&site).await;
    let page = studio.page(&format!("{}/about", site.uri())).await;
    let versions = format!("/knowledge/{}/versions", page.text("/id"));
    assert_eq!((&page.body["version"], &page.body["actor"]), (&json!(1), &json!("system")), "{}", page.raw);
    studio.refresh(&page).await;
    assert_eq!(studio.read(&versions).await.body["items"], json!([]), "it says the same");
    let changed = studio.refresh(&page).await;
    assert_eq!((changed.text("/text"), &changed.body["version"]), ("We bake spelt.".into(), &json!(2)));
    let left = studio.read(&versions).await.body["items"].clone();
    let expected = json!([{ "number": 1, "title": "About us", "beginning": "We bake rye.", "characters": 12,
        "actor": "system", "actor_id": null, "written_at": page.body["updated_at"] }]);
    assert_eq!(left, expected);
    // The next reading would write over it.
    let restore = async |item: &Answer| {
        let path = format!("{}/knowledge/{}/versions/1/restore", studio.bot, item.text("/id"));
        studio.call(studio.app.post(&path)).send().await
    };
    restore(&page).await.assert_problem(409, "from_the_web");

    let file = studio.upload("notes.txt", b"Rye rests for a day.").await;
    let item = format!("{}/knowledge/{}", studio.bot, file.text("/id"));
    assert_eq!(studio.call(studio.app.patch(&item)).json(&json!({ "text": "Oats." })).send().await.status, 200);
    let restored = restore(&file).await;
    assert_eq!((restored.text("/text"), restored.text("/source")), ("Rye rests for a day.".into(), "notes.txt".into()));
    assert!(studio.found("rests").await.contains("for a day"));
}

#[rstest]
#[case("/private/x", "robots")]
#[case("/missing", "status")]
#[case("/picture", "not_text")]
#[case("/large", "too_large")]
#[case("/nothing", "empty")]
#[case("/circle", "unreachable")]
#[case("/elsewhere", "address")]
#[tokio::test]
async fn a_page_that_cannot_be_read_says_why(#[case] at: &str, #[case] problem: &str) {
    let studio = Studio::open(Sqlite, Switch::On).await;
    let site = MockServer::start().await;
    let robots = "User-agent: *\nDisallow: /private";
    serve(&site, "/robots.txt", ResponseTemplate::new(200).set_body_string(robots)).await;
    serve(&site, "/private/x", html("<p>Secret</p>")).await;
    serve(&site, "/picture", ResponseTemplate::new(200).set_body_raw("x", "image/png")).await;
    serve(&site, "/large", html(&"bread ".repeat(400_000))).await;
    serve(&site, "/nothing", html("<script>let a</script>")).await;
    serve(&site, "/circle", ResponseTemplate::new(302).insert_header("location", "/circle")).await;
    serve(&site, "/elsewhere", ResponseTemplate::new(302).insert_header("location", "file:///etc/passwd")).await;
    let added = studio.page(&format!("{}{at}", site.uri())).await;
    assert_eq!((added.text("/problem"), added.text("/text")), (problem.into(), String::new()), "{}", added.raw);
    assert!(added.body["read_at"].is_null());
}

#[tokio::test]
async fn no_machine_of_the_own_network_is_asked() {
    let studio = Studio::open(Sqlite, Switch::Off).await;
    let site = MockServer::start().await;
    serve(&site, "/", html("<p>Inside</p>")).await;
    let port = site.address().port();
    let hosts = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "[::ffff:127.0.0.1]"];
    for (n, host) in hosts.iter().enumerate() {
        let added = studio.page(&format!("http://{host}:{port}/{n}")).await;
        assert_eq!(added.text("/problem"), "address", "{host}: {}", added.raw);
    }
    assert_eq!(site.received_requests().await.unwrap().len(), 0);
    for wrong in ["file:///etc/passwd", "https://a:b@example.com/", ""] {
        let refused = studio.named("page", wrong).await;
        refused.assert_problem(422, "invalid");
        assert_eq!(refused.invalid_fields(), ["url"]);
    }
}

#[tokio::test]
async fn only_a_page_is_read_again() {
    let studio = Studio::open(Sqlite, Switch::Off).await;
    let file = studio.upload("notes.txt", b"Rye.").await;
    let refresh = studio.app.post(&format!("{}/knowledge/{}/refresh", studio.bot, file.text("/id")));
    studio.call(refresh).send().await.assert_problem(409, "no_page");
    let schedule = studio.app.patch(&format!("{}/knowledge/{}", studio.bot, file.text("/id")));
    let refused = studio.call(schedule).json(&json!({ "schedule": "daily" })).send().await;
    assert_eq!(refused.invalid_fields(), ["schedule"]);
    let wrong = json!({ "type": "page", "title": "x", "text": "y" });
    let refused = studio.call(studio.app.post(&format!("{}/knowledge", studio.bot))).json(&wrong).send().await;
    assert_eq!(refused.invalid_fields(), ["type"]);
}
