//! Pages and sites are read in the background, again on a schedule, and with regard for whoever serves them.

use std::{io::Write as _, sync::Mutex};

use flate2::{Compression, write::GzEncoder};
use switchboard_store::{
    Clock as _, ManualClock, Millis, Scope, TenantId,
    knowledge::{self, Knowledge},
};
use switchboard_test_support::an_item;
use uuid::Uuid;

use super::*;

const NOW: Millis = Millis(1_790_000_000_000);
const WEEK: Duration = Duration::from_hours(7 * 24);

fn text(text: impl Into<String>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(text)
}

/// A sitemap of pages, or an index of sitemaps.
fn sitemap(root: &str, entry: &str, locations: impl IntoIterator<Item = String>) -> ResponseTemplate {
    let entries: Vec<_> =
        locations.into_iter().map(|location| format!("<{entry}><loc>{location}</loc></{entry}>")).collect();
    let entries = entries.concat();
    ResponseTemplate::new(200).set_body_raw(format!("<{root}>{entries}</{root}>"), "application/xml")
}

fn urlset(site: &MockServer, paths: &[&str]) -> ResponseTemplate {
    sitemap("urlset", "url", paths.iter().map(|path| format!("{}{path}", site.uri())))
}

/// How often a path was asked for.
async fn asked(site: &MockServer, path: &str) -> usize {
    let requests = site.received_requests().await.expect("they are kept");
    requests.iter().filter(|request| request.url.path() == path).count()
}

/// Another answer from now on.
async fn serve_now(site: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET")).and(path(at)).respond_with(answer).with_priority(1).mount(site).await;
}

impl Studio {
    async fn at(engine: Engine, clock: &Arc<ManualClock>) -> Self {
        Self::open_with(engine, clock.clone(), |it| it.private_pages = Switch::On).await
    }

    /// A site once it and its pages have been read, or could not be.
    async fn site(&self, url: &str) -> Answer {
        let named = self.named("site", url).await;
        assert_eq!((named.status, named.text("/state"), named.text("/type")), (201, "waiting".into(), "site".into()));
        self.settled(&named.text("/id")).await
    }

    /// The addresses of a site's pages, without what is the same in all.
    async fn pages(&self, site: &Answer, of: &MockServer) -> Vec<String> {
        let pages = self.read(&format!("/knowledge?site={}&limit=200", site.text("/id"))).await;
        let pages = pages.body["items"].as_array().expect("a list").clone();
        pages.iter().map(|page| page["source"].as_str().expect("an address").replace(&of.uri(), "")).collect()
    }

    async fn patch(&self, item: &Answer, body: Value) -> Answer {
        let path = format!("{}/knowledge/{}", self.bot, item.text("/id"));
        self.call(self.app.patch(&path)).json(&body).send().await
    }

    async fn delete(&self, id: &str) {
        let deleted = self.call(self.app.delete(&format!("{}/knowledge/{id}", self.bot))).send().await;
        assert_eq!(deleted.status, 204, "{}", deleted.raw);
    }

    /// Has the bot know so many characters more, which nobody has to cut; one of the items.
    async fn fill(&self, characters: usize) -> Uuid {
        const AT_ONCE: usize = 1_000_000;
        let (bot, tenant) = (self.read("").await, self.call(self.app.get("/api/tenant")).send().await);
        let [bot, tenant] = [bot, tenant].map(|it| it.text("/id").parse().expect("an id"));
        let db = &self.app.server.state().db;
        let mut tx = db.write(Scope::System).await.expect("a database");
        let mut last = Uuid::nil();
        for written in (0..characters).step_by(AT_ONCE) {
            let content = "a".repeat(AT_ONCE.min(characters - written));
            let item = Knowledge { content, ..an_item(TenantId(tenant), bot, NOW) };
            last = item.id;
            knowledge::insert(&mut tx.conn(), &item).await.expect("it is stored");
        }
        tx.commit().await.expect("it is stored");
        last
    }

    async fn bot_changed_at(&self) -> String {
        self.read("").await.text("/updated_at")
    }
}

#[rstest]
#[tokio::test]
async fn a_page_is_stored_at_once_and_read_meanwhile(#[values(Sqlite, Postgres)] engine: Engine) {
    let studio = Studio::open(engine, Switch::On).await;
    let site = MockServer::start().await;
    serve(&site, "/about", html("<title>About us</title><p>Rye.</p>").set_delay(Duration::from_secs(4))).await;
    let began = Instant::now();
    let named = studio.named("page", &format!("{}/about", site.uri())).await;
    assert!(began.elapsed() < Duration::from_secs(4), "nobody waits for the site");
    assert_eq!((named.text("/state"), named.text("/text")), ("waiting".into(), String::new()));
    assert_eq!((named.text("/schedule"), &named.body["next_read_at"]), ("weekly".into(), &Value::Null));
    let path = format!("/knowledge/{}", named.text("/id"));
    eventually("it is being read", async || (studio.read(&path).await.text("/state") == "reading").then_some(())).await;
    let read = studio.settled(&named.text("/id")).await;
    assert_eq!((read.text("/state"), read.text("/title")), ("read".into(), "About us".into()));
    assert_eq!(read.body["read_at"], read.body["changed_at"]);
    assert!(read.body["next_read_at"].is_string() && read.body["site_id"].is_null(), "{}", read.raw);
    studio.named("page", &format!("{}/about", site.uri())).await.assert_problem(409, "known_already");
}

#[rstest]
#[tokio::test]
async fn a_page_is_read_each_week_and_only_what_has_changed_is_indexed_anew(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let clock = ManualClock::at(NOW);
    let studio = Studio::at(engine, &clock).await;
    let site = MockServer::start().await;
    let said = Arc::new(Mutex::new(("one", "<title>Bread</title><p>We bake rye.</p>")));
    let saying = Arc::clone(&said);
    let answer = move |request: &Request| {
        let (name, body) = *saying.lock().expect("nobody panics");
        let is_known = request.headers.get("if-none-match").is_some_and(|it| it.as_bytes() == name.as_bytes());
        if is_known { ResponseTemplate::new(304) } else { html(body).insert_header("etag", name) }
    };
    Mock::given(method("GET")).and(path("/bread")).respond_with(answer).mount(&site).await;
    let page = studio.page(&format!("{}/bread", site.uri())).await;
    let (item, indexed) = (format!("/knowledge/{}", page.text("/id")), studio.bot_changed_at().await);
    let read_after = async |wait: Duration, times: usize| {
        clock.advance(wait);
        eventually("it is asked for", async || (asked(&site, "/bread").await == times).then_some(())).await;
        let now = clock.now().to_rfc3339();
        let is_read = |item: &Answer| item.text("/state") != "reading" && item.text("/read_at") == now;
        eventually("it is read", async || Some(studio.read(&item).await).filter(|item| is_read(item))).await
    };

    let same = read_after(WEEK, 2).await;
    assert_eq!((&same.body["changed_at"], same.text("/text")), (&page.body["changed_at"], "We bake rye.".into()));
    // Under another name, the same.
    *said.lock().expect("nobody panics") = ("two", "<title>Bread</title><p>We bake rye.</p>");
    assert_eq!(read_after(WEEK, 3).await.body["changed_at"], page.body["changed_at"]);
    assert_eq!(studio.bot_changed_at().await, indexed, "the bot has learnt nothing new");
    *said.lock().expect("nobody panics") = ("three", "<title>Bread</title><p>We bake spelt.</p>");
    let changed = read_after(WEEK, 4).await;
    assert_eq!(changed.body["changed_at"], changed.body["read_at"]);
    assert!(studio.found("spelt").await.contains("We bake spelt."));

    assert_eq!(studio.patch(&page, json!({ "schedule": "daily" })).await.text("/schedule"), "daily");
    read_after(Duration::from_hours(24), 5).await;
    let never = studio.patch(&page, json!({ "schedule": "never" })).await;
    assert_eq!((never.text("/schedule"), &never.body["next_read_at"]), ("never".into(), &Value::Null));
    assert_eq!(studio.patch(&page, json!({ "schedule": "hourly" })).await.status, 400);
}

#[rstest]
#[tokio::test]
async fn what_fails_is_tried_again_soon_and_then_at_its_time(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(NOW);
    let studio = Studio::at(engine, &clock).await;
    let site = MockServer::start().await;
    serve(&site, "/about", ResponseTemplate::new(503)).await;
    let page = studio.page(&format!("{}/about", site.uri())).await;
    let wait = |item: &Answer| {
        let next = item.text("/next_read_at");
        (0..8 * 24 * 3_600).find(|wait| (clock.now() + Duration::from_secs(*wait)).to_rfc3339() >= next).expect("soon")
    };
    let mut waits = vec![wait(&page)];
    for times in 2..=4 {
        clock.advance(Duration::from_secs(waits[times - 2]));
        eventually("it is tried again", async || (asked(&site, "/about").await == times).then_some(())).await;
        waits.push(wait(&studio.settled(&page.text("/id")).await));
    }
    for (wait, most) in waits.iter().zip([600, 3_600, 6 * 3_600, 7 * 24 * 3_600]) {
        assert!((most * 9 / 10 - 1..=most).contains(wait), "{waits:?}");
    }
    serve_now(&site, "/about", html("<p>Rye.</p>")).await;
    assert_eq!(studio.refresh(&page).await.text("/text"), "Rye.");
}

#[rstest]
#[tokio::test]
async fn the_pages_of_a_site_are_read_come_and_go(#[values(Sqlite, Postgres)] engine: Engine) {
    let studio = Studio::open(engine, Switch::On).await;
    let site = MockServer::start().await;
    serve(&site, "/robots.txt", text("User-agent: *\nDisallow: /private\nSitemap: /maps/all.xml")).await;
    let maps = ["/maps/a.xml", "/maps/b.xml"].map(|map| format!("{}{map}", site.uri()));
    serve(&site, "/maps/all.xml", sitemap("sitemapindex", "sitemap", maps)).await;
    serve(&site, "/maps/a.xml", urlset(&site, &["/", "/bread", "/private/safe", "/welcome"])).await;
    let port = site.address().port();
    let b = [format!("{}/cake", site.uri()), format!("{}/gone", site.uri()), format!("http://localhost:{port}/x")];
    serve(&site, "/maps/b.xml", sitemap("urlset", "url", b)).await;
    serve(&site, "/", html("<title>Home</title><p>Welcome.</p>")).await;
    serve(&site, "/bread", html("<title>Bread</title><p>We bake rye.</p>")).await;
    serve(&site, "/cake", html("<title>Cake</title><p>We bake tarts.</p>")).await;

    // What somebody has named by hand stays theirs.
    let welcome = studio.page(&format!("{}/welcome", site.uri())).await;
    let added = studio.site(&site.uri()).await;
    studio.named("site", &site.uri()).await.assert_problem(409, "known_already");
    let count =
        |item: &Answer| ["pages", "pages_done", "pages_with_problem", "left_out"].map(|it| item.body[it].clone());
    assert_eq!(count(&added), [json!(4), json!(4), json!(1), json!(2)], "{}", added.raw);
    assert_eq!((added.text("/state"), added.text("/title")), ("read".into(), format!("127.0.0.1:{port}")));
    assert_eq!(studio.pages(&added, &site).await, ["/", "/bread", "/cake", "/gone"]);
    assert_eq!(asked(&site, "/private/safe").await, 0);
    assert!(studio.found("rye").await.contains("We bake rye."));
    let page = studio.read("/knowledge?q=tarts").await;
    assert_eq!((page.text("/items/0/site_id"), page.text("/items/0/title")), (added.text("/id"), "Cake".into()));
    assert_eq!(
        (&page.body["items"][0]["schedule"], &page.body["items"][0]["next_read_at"]),
        (&Value::Null, &Value::Null)
    );
    studio.delete(&welcome.text("/id")).await;
    let top = studio.read("/knowledge?site=none").await;
    assert_eq!((top.body["items"].as_array().map(Vec::len), top.text("/items/0/type")), (Some(1), "site".into()));
    assert_eq!(studio.read("/knowledge?problem=true").await.text("/items/0/source"), format!("{}/gone", site.uri()));

    // What somebody deletes stays away, also what they have named by hand, what the site does not name any more goes, and what is new comes.
    studio.delete(&page.text("/items/0/id")).await;
    assert_eq!(studio.found("tarts").await, "[]");
    serve_now(&site, "/maps/a.xml", urlset(&site, &["/", "/visit", "/welcome"])).await;
    serve(&site, "/visit", html("<title>Visit</title><p>Beside the mill.</p>")).await;
    let again = studio.refresh(&added).await;
    assert_eq!(studio.pages(&again, &site).await, ["/", "/gone", "/visit"], "{}", again.raw);
    assert_eq!(studio.found("rye").await, "[]");
    assert!(studio.found("mill").await.contains("Beside the mill."));
    assert_eq!((asked(&site, "/").await, asked(&site, "/cake").await), (2, 1), "the pages are read again, too");

    // A site that says nothing keeps what it had.
    serve_now(&site, "/maps/all.xml", ResponseTemplate::new(500)).await;
    let failed = studio.refresh(&added).await;
    assert_eq!((failed.text("/problem"), &failed.body["pages"]), ("status".into(), &json!(3)), "{}", failed.raw);

    studio.delete(&added.text("/id")).await;
    assert_eq!(studio.read("/knowledge").await.body["items"], json!([]));
    assert_eq!(studio.found("mill").await, "[]");
}

#[rstest]
#[tokio::test]
async fn a_site_is_read_each_week_with_its_pages(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(NOW);
    let studio = Studio::at(engine, &clock).await;
    let site = MockServer::start().await;
    serve(&site, "/help/sitemap.xml", urlset(&site, &["/help/a", "/b"])).await;
    serve(&site, "/help/a", html("<p>Rye.</p>")).await;
    serve(&site, "/b", html("<p>Spelt.</p>")).await;
    let added = studio.site(&format!("{}/help/sitemap.xml", site.uri())).await;
    assert_eq!((added.text("/schedule"), &added.body["pages"]), ("weekly".into(), &json!(2)), "{}", added.raw);
    clock.advance(WEEK);
    eventually("all is read again", async || {
        (asked(&site, "/help/a").await == 2 && asked(&site, "/b").await == 2).then_some(())
    })
    .await;
    let page = studio.read(&format!("/knowledge?site={}", added.text("/id"))).await;
    let path = format!("{}/knowledge/{}", studio.bot, page.text("/items/0/id"));
    let refused = studio.call(studio.app.patch(&path)).json(&json!({ "schedule": "daily" })).send().await;
    assert_eq!(refused.invalid_fields(), ["schedule"], "it is read with its site");
}

#[rstest]
#[case::missing(None, "no_sitemap")]
#[case::a_page(Some(html("<p>Not found, sorry.</p>")), "bad_sitemap")]
#[case::empty(Some(sitemap("urlset", "url", [])), "no_sitemap")]
#[case::of_others(Some(sitemap("urlset", "url", ["http://192.0.2.1/".into(), "file:///etc/passwd".into()])), "no_sitemap")]
#[case::elsewhere(Some(ResponseTemplate::new(302).insert_header("location", "http://localhost:9/s.xml")), "elsewhere")]
#[case::in_a_circle(Some(ResponseTemplate::new(302).insert_header("location", "/sitemap.xml")), "unreachable")]
#[tokio::test]
async fn a_site_without_pages_says_why(#[case] answer: Option<ResponseTemplate>, #[case] problem: &str) {
    let studio = Studio::open(Sqlite, Switch::On).await;
    let site = MockServer::start().await;
    if let Some(answer) = answer {
        serve(&site, "/sitemap.xml", answer).await;
    }
    let added = studio.site(&site.uri()).await;
    assert_eq!((added.text("/problem"), &added.body["pages"]), (problem.into(), &json!(0)), "{}", added.raw);
}

#[tokio::test]
async fn a_site_of_a_million_pages_costs_no_more_than_one_of_five_hundred() {
    let studio = Studio::open(Sqlite, Switch::On).await;
    let site = MockServer::start().await;
    let many = (0..1_000_000).map(|n| format!("{}/{n}", site.uri()));
    serve(&site, "/sitemap.xml", sitemap("urlset", "url", many)).await;
    let named = studio.named("site", &site.uri()).await;
    let path = format!("/knowledge/{}", named.text("/id"));
    let counted = async || Some(studio.read(&path).await).filter(|it| it.body["pages"] != json!(0));
    let added = eventually("its pages are counted", counted).await;
    assert_eq!(added.body["pages"], json!(500));
    assert!(added.body["left_out"].as_i64().expect("a count") > 10_000, "{}", added.raw);
    // Deleted while its pages are read: nobody goes on.
    studio.delete(&named.text("/id")).await;
    assert_eq!(studio.read("/knowledge").await.body["items"], json!([]));
}

#[tokio::test]
async fn sitemaps_that_name_each_other_and_pages_that_lead_away_come_to_an_end() {
    let studio = Studio::open(Sqlite, Switch::On).await;
    let site = MockServer::start().await;
    let uri = site.uri();
    let index = |names: &[&str]| sitemap("sitemapindex", "sitemap", names.iter().map(|name| format!("{uri}{name}")));
    serve(&site, "/sitemap.xml", index(&["/sitemap.xml", "/1.xml", "/pages.xml"])).await;
    for n in 1..40 {
        let next = format!("/{}.xml", n + 1);
        serve(&site, &format!("/{n}.xml"), index(&[&next, "/sitemap.xml"])).await;
    }
    serve(&site, "/pages.xml", urlset(&site, &["/away", "/inside"])).await;
    let away = format!("http://localhost:{}/secret", site.address().port());
    serve(&site, "/away", ResponseTemplate::new(302).insert_header("location", away.as_str())).await;
    serve(&site, "/inside", ResponseTemplate::new(302).insert_header("location", "/here")).await;
    serve(&site, "/here", html("<p>Rye.</p>")).await;
    let added = studio.site(&uri).await;
    assert_eq!((&added.body["pages"], &added.body["pages_with_problem"]), (&json!(2), &json!(1)), "{}", added.raw);
    let problems = studio.read("/knowledge?problem=true&type=page").await;
    assert_eq!((problems.text("/items/0/problem"), asked(&site, "/secret").await), ("elsewhere".into(), 0));
    assert!(studio.found("rye").await.contains("Rye."));
    let requests = site.received_requests().await.expect("they are kept");
    assert!(requests.iter().filter(|request| request.url.path().contains(".xml")).count() <= 20);
}

#[tokio::test]
async fn no_site_of_the_own_network_is_asked() {
    let studio = Studio::open(Sqlite, Switch::Off).await;
    let site = MockServer::start().await;
    serve(&site, "/sitemap.xml", urlset(&site, &["/"])).await;
    for (n, host) in ["127.0.0.1", "localhost", "[::1]", "2130706433"].iter().enumerate() {
        let added = studio.site(&format!("http://{host}:{}/{n}", site.address().port())).await;
        assert_eq!((added.text("/problem"), &added.body["pages"]), ("address".into(), &json!(0)), "{}", added.raw);
    }
    assert_eq!(site.received_requests().await.expect("they are kept").len(), 0);
}

/// Of one that names more than is read of it, what is read counts.
#[tokio::test]
async fn a_site_that_wishes_much_is_heard() {
    let studio = Studio::open(Sqlite, Switch::On).await;
    let site = MockServer::start().await;
    let many = "Disallow: /elsewhere\n".repeat(60_000);
    serve(&site, "/robots.txt", text(format!("User-agent: *\nDisallow: /private\n{many}"))).await;
    serve(&site, "/private", html("<p>Secret.</p>")).await;
    serve(&site, "/open", html("<p>Rye.</p>")).await;
    assert_eq!(studio.page(&format!("{}/private", site.uri())).await.text("/problem"), "robots");
    assert_eq!(studio.page(&format!("{}/open", site.uri())).await.text("/text"), "Rye.");
}

#[rstest]
#[tokio::test]
async fn who_names_an_address_twice_at_once_names_it_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let studio = Studio::open(engine, Switch::Off).await;
    for kind in ["page", "site"] {
        let named = futures_util::future::join_all((0..6).map(|_| studio.named(kind, "http://127.0.0.1:9/"))).await;
        let (added, refused): (Vec<_>, Vec<_>) = named.into_iter().partition(|answer| answer.status == 201);
        assert_eq!((added.len(), refused.len()), (1, 5));
        for answer in refused {
            answer.assert_problem(409, "known_already");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_bot_knows_only_so_much(#[values(Sqlite, Postgres)] engine: Engine) {
    let studio = Studio::open(engine, Switch::On).await;
    let site = MockServer::start().await;
    let times = AtomicUsize::new(0);
    let answer = move |_: &Request| match times.fetch_add(1, Ordering::SeqCst) {
        0 => html("<p>Rye.</p>"),
        _ => html("<p>Rye and spelt.</p>"),
    };
    Mock::given(method("GET")).and(path("/bread")).respond_with(answer).mount(&site).await;
    let page = studio.page(&format!("{}/bread", site.uri())).await;
    let oats = json!({ "title": "Oats", "text": "None." });
    let teach = async || studio.call(studio.app.post(&format!("{}/knowledge", studio.bot))).json(&oats).send().await;
    let text = teach().await;
    assert_eq!(text.status, 201, "{}", text.raw);
    let large = studio.fill(20_000_000 - 12).await;

    let full = teach().await;
    full.assert_problem(409, "knowledge_full");
    assert!(full.text("/detail").contains("delete"), "it says what to do: {}", full.raw);
    studio.upload("notes.txt", b"Rye rests for a day.").await.assert_problem(409, "knowledge_full");
    studio.patch(&text, json!({ "text": "None, for now." })).await.assert_problem(409, "knowledge_full");
    assert_eq!(studio.patch(&text, json!({ "text": "No." })).await.status, 200, "what makes it less is welcome");
    let again = studio.refresh(&page).await;
    assert_eq!((again.text("/problem"), again.text("/text")), ("full".into(), "Rye.".into()), "{}", again.raw);

    studio.delete(&large.to_string()).await;
    let again = studio.refresh(&page).await;
    assert_eq!((&again.body["problem"], again.text("/text")), (&Value::Null, "Rye and spelt.".into()), "{}", again.raw);
    assert_eq!(teach().await.status, 201);
}

#[rstest]
#[tokio::test]
async fn a_packed_sitemap_is_read() {
    let studio = Studio::open(Sqlite, Switch::On).await;
    let site = MockServer::start().await;
    let map = format!("<urlset><url><loc>{}/a</loc></url></urlset>", site.uri());
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(map.as_bytes()).expect("memory");
    let packed = ResponseTemplate::new(200).set_body_raw(packed.finish().expect("memory"), "application/gzip");
    serve(&site, "/map.xml.gz", packed).await;
    serve(&site, "/robots.txt", text("Sitemap: /map.xml.gz")).await;
    serve(&site, "/a", html("<p>Rye.</p>")).await;
    let added = studio.site(&site.uri()).await;
    assert_eq!(added.text("/state"), "read", "{}", added.raw);
    assert_eq!(studio.pages(&added, &site).await, ["/a"]);
}

#[rstest]
#[tokio::test]
async fn a_site_that_wishes_for_a_pause_gets_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(NOW);
    let studio = Studio::at(engine, &clock).await;
    let (site, other) = (MockServer::start().await, MockServer::start().await);
    serve(&site, "/robots.txt", text("User-agent: *\nCrawl-delay: 20")).await;
    for (site, path) in [(&site, "/a"), (&site, "/b"), (&other, "/c")] {
        serve(site, path, html("<p>Rye.</p>")).await;
    }
    studio.page(&format!("{}/a", site.uri())).await;
    let waiting = studio.named("page", &format!("{}/b", site.uri())).await.text("/id");
    studio.page(&format!("{}/c", other.uri())).await;
    clock.advance(Duration::from_secs(19));
    studio.page(&format!("{}/d", other.uri())).await;
    assert_eq!(studio.read(&format!("/knowledge/{waiting}")).await.text("/state"), "waiting");
    clock.advance(Duration::from_secs(1));
    assert_eq!(studio.settled(&waiting).await.text("/state"), "read");
}

#[rstest]
#[tokio::test]
async fn a_host_is_asked_by_one_at_a_time_whosever_pages_they_are(#[values(Sqlite, Postgres)] engine: Engine) {
    const PAUSE: Duration = Duration::from_millis(300);
    let studio = Studio::open_with(engine, Arc::new(SystemClock), |it| {
        it.private_pages = Switch::On;
        it.crawl_pause = 300;
    })
    .await;
    let other = studio.app.signup("Florist").await;
    let key = studio.app.api_key(&other, "admin").await;
    let bots = studio.app.get("/api/bots").api_key(&key).send().await;
    let pages = format!("/api/bots/{}/knowledge/pages", bots.text("/items/0/id"));
    let site = MockServer::start().await;
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&times);
    let answer = move |_: &Request| {
        seen.lock().expect("nobody panics").push(Instant::now());
        html("<p>Rye.</p>").set_delay(Duration::from_millis(100))
    };
    let of_pages = wiremock::matchers::path_regex("^/page");
    Mock::given(method("GET")).and(of_pages).respond_with(answer).mount(&site).await;
    for n in 0..2 {
        studio.named("page", &format!("{}/page{n}", site.uri())).await;
        let body = json!({ "url": format!("{}/page{n}", site.uri()) });
        assert_eq!(studio.app.post(&pages).api_key(&key).json(&body).send().await.status, 201);
    }
    eventually("all are read", async || (times.lock().expect("nobody panics").len() == 4).then_some(())).await;
    let times = times.lock().expect("nobody panics").clone();
    let least = PAUSE + Duration::from_millis(90);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= least), "one begins when another has ended: {times:?}");
}

#[rstest]
#[tokio::test]
async fn knowledge_is_found_by_its_words_its_kind_and_its_problems(#[values(Sqlite, Postgres)] engine: Engine) {
    let studio = Studio::open(engine, Switch::Off).await;
    let add = async |body: Value| {
        let call = studio.app.post(&format!("{}/knowledge", studio.bot));
        assert_eq!(studio.call(call).json(&body).send().await.status, 201);
    };
    add(json!({ "question": "Ne zaman AÇIKSINIZ?", "answer": "Işıklar 9'da yanar." })).await;
    add(json!({ "question": "متى تفتحون؟", "answer": "مِنَ السابعة" })).await;
    add(json!({ "title": "100% rye", "text": "Crème brûlée_tart" })).await;
    for n in 0..205 {
        add(json!({ "question": format!("Question {n}?"), "answer": "Always the same." })).await;
    }
    studio.upload("prices.csv", b"Bread;Price\nSpelt;90 TL\n").await;
    let found = async |query: &str| {
        let answer = studio.read(&format!("/knowledge?{query}")).await;
        let name = |item: &Value| item["question"].as_str().or(item["title"].as_str()).map(str::to_owned);
        answer.body["items"].as_array().expect("a list").iter().filter_map(name).collect::<Vec<_>>()
    };
    for (query, name) in [
        ("q=aciksiniz", "Ne zaman AÇIKSINIZ?"),
        ("q=ISIKLAR%20zaman", "Ne zaman AÇIKSINIZ?"),
        ("q=%D8%A7%D9%84%D8%B3%D8%A7%D8%A8%D8%B9%D9%87", "متى تفتحون؟"),
        ("q=creme+BRULEE", "100% rye"),
        ("q=100%25", "100% rye"),
        ("q=e_t", "100% rye"),
        ("q=prices.csv", "prices.csv"),
        ("q=bread&type=file", "prices.csv"),
        ("q=question+204", "Question 204?"),
    ] {
        assert_eq!(found(query).await, [name], "{query}");
    }
    for query in ["q=bread&type=qa", "q=%25%25", "q=e_x", "problem=true", "type=site"] {
        assert_eq!(found(query).await, Vec::<String>::new(), "{query}");
    }
    assert_eq!(found("type=text").await, ["100% rye"]);
    let first = studio.read("/knowledge?q=SAME&limit=200").await;
    let second = format!("q=SAME&limit=200&cursor={}", first.text("/next_cursor"));
    assert_eq!((first.body["items"].as_array().map(Vec::len), found(&second).await.len()), (Some(200), 5));
    let wrong = studio.call(studio.app.get(&format!("{}/knowledge?site=x", studio.bot))).send().await;
    assert_eq!(wrong.invalid_fields(), ["site"]);
}
