//! Files: what customers send is fetched and kept, what people attach leaves once, and nothing a stranger says of a file
//! is believed.

use std::{convert::Infallible, path::PathBuf, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::stream;
use reqwest::{Method, header::HeaderMap};
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use switchboard_inbox::media::{Claimed, MediaParts, MediaWorker};
use switchboard_store::{
    Clock as _, DueWork as _, ManualClock, MediaKind, MediaOrigin, MediaState, Scope, Signal, SystemClock, TenantId,
    media::{self, Media},
    media_upload, new_id,
};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    support::{Answer, Call},
    world::{Business, QUESTION, World, eventually, now_s},
};

const CUSTOMER: &str = "905301234567";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR, and so on";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF, and so on";
const OGG: &[u8] = b"OggS\0\x02\0\0\0\0 opus, and so on";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

impl World {
    /// A file on a customer's phone; what a message says of it.
    pub(crate) async fn file(&self, business: &Business, mime_type: &str, bytes: &[u8], claims: &Value) -> Value {
        let file = json!({ "phone_number_id": business.phone_number_id, "mime_type": mime_type,
            "content": STANDARD.encode(bytes), "claims": claims });
        let made = self.sim(Method::POST, "/sim/files", &file).await;
        json!({ "id": made["id"], "sha256": made["sha256"], "mime_type": mime_type,
            "url": "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=133" })
    }

    pub(crate) async fn sends_file(&self, business: &Business, kind: &str, file: &Value) {
        let raw = json!({ "type": kind, kind: file });
        assert_eq!(self.message(business, &json!({ "from": CUSTOMER, "raw": raw })).await["http_status"], 200);
    }

    /// The newest message with a file of the thread, once its file is not waited for any more.
    async fn newest_file(&self, business: &Business, count: usize) -> Value {
        eventually("a file that has come, or has not", async || {
            let thread = self.thread(business, CUSTOMER).await;
            let files: Vec<_> = thread.into_iter().filter(|it| !it["media"].is_null()).collect();
            let newest = files.last().filter(|_| files.len() >= count)?;
            (newest["media"]["state"] != "waiting").then(|| newest.clone())
        })
        .await
    }

    async fn upload(&self, business: &Business, name: &str, content_type: &str, bytes: &[u8]) -> Answer {
        form(self.app.post("/api/media").api_key(&business.key), name, content_type, bytes).send().await
    }

    /// The id of a file that can be sent.
    pub(crate) async fn uploaded(&self, business: &Business, name: &str, bytes: &[u8]) -> String {
        let answer = self.upload(business, name, "application/octet-stream", bytes).await;
        assert_eq!(answer.status, 201, "{}", answer.raw);
        answer.text("/id")
    }

    /// An operator sends a picture, and Meta fails once at its upload. The conversation's path.
    async fn picture_that_fails(&self, business: &Business, kind: &str) -> String {
        self.says(business, CUSTOMER, "A picture, please").await;
        let path = self.path(business, CUSTOMER).await;
        self.act(business, &format!("{path}/takeover"), &json!({})).await;
        self.fault(&json!({ "on": "media", "kind": kind, "times": 1 })).await;
        let file = self.uploaded(business, "cake.jpg", JPEG).await;
        self.act(business, &format!("{path}/messages"), &json!({ "type": "image", "media": { "id": file } })).await;
        path
    }

    /// Returns when a file that is to be at Meta waits for its next try. While one is under way, its lease ends in thirty
    /// seconds to the millisecond.
    async fn upload_waits(&self, clock: &ManualClock) {
        eventually("an upload that waits", async || {
            let now = clock.now();
            let lease = now + Duration::from_secs(30);
            let mut tx = self.app.server.state().db.read(Scope::System).await.expect("a database");
            let mut due = [0; 4];
            for (due, by) in
                due.iter_mut().zip([now, lease - Duration::from_millis(1), lease, now + Duration::from_hours(1)])
            {
                *due = media_upload::due(&mut tx.conn(), by).await.expect("a count");
            }
            (due[0] == 0 && due[1] == due[2] && due[3] > 0).then_some(())
        })
        .await;
    }

    /// A picture that a customer has sent, as what is known of it when it is here.
    async fn fetched(&self, business: &Business) -> Media {
        let file = self.file(business, "image/png", PNG, &json!({})).await;
        self.sends_file(business, "image", &file).await;
        let file = id(&self.newest_file(business, 1).await).parse().expect("a UUID");
        let tenant = TenantId(business.owner.tenant_id.parse().expect("a UUID"));
        self.row(tenant, file).await.expect("it is there")
    }

    async fn row(&self, tenant: TenantId, file: Uuid) -> Option<Media> {
        let mut tx = self.app.server.state().db.read(Scope::Tenant(tenant)).await.expect("a database");
        media::get(&mut tx.conn(), tenant, file).await.expect("it reads")
    }

    /// What looks after files, for a test to have it do one thing.
    fn media_worker(&self) -> MediaWorker {
        let state = self.app.server.state();
        MediaWorker::new(MediaParts {
            db: state.db.clone(),
            clock: state.clock.clone(),
            vault: state.vault.clone(),
            graph: state.graph.clone(),
            notifier: state.notifier.clone(),
            store: state.media.clone(),
            refused: mpsc::unbounded_channel().0,
        })
    }

    async fn uploads_to_meta(&self) -> usize {
        let calls = self.sim(Method::GET, "/sim/calls", &Value::Null).await;
        let calls = calls["items"].as_array().expect("calls").clone();
        calls
            .iter()
            .filter(|it| it["method"] == "POST" && it["path"].as_str().unwrap_or("").ends_with("/media"))
            .count()
    }
}

/// A form with one file.
fn form(call: Call, name: &str, content_type: &str, bytes: &[u8]) -> Call {
    let head = format!(
        "--of-a-form\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {content_type}\r\n\r\n"
    );
    let form = [head.as_bytes(), bytes, b"\r\n--of-a-form--\r\n"].concat();
    call.body("multipart/form-data; boundary=of-a-form", form)
}

/// A file as the server answers it: any bytes.
async fn read(world: &World, path: &str, key: &str, range: Option<&str>) -> (u16, HeaderMap, Vec<u8>) {
    let client = reqwest::Client::builder().build().expect("a client");
    let request = client.get(world.app.url(path)).header("x-api-key", key);
    let request = range.into_iter().fold(request, |it, range| it.header("range", range));
    let response = request.send().await.expect("the server answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.bytes().await.expect("a whole body").to_vec())
}

fn id(message: &Value) -> String {
    message["media"]["id"].as_str().expect("a file").to_owned()
}

#[rstest]
#[tokio::test]
async fn what_a_customer_sends_is_kept_and_shown_to_the_team_alone(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (business, stranger) = (world.business("Bakery").await, world.business("Stranger").await);
    let mut file = world.file(&business, "image/png", PNG, &json!({})).await;
    file["caption"] = json!("This cake");
    world.sends_file(&business, "image", &file).await;
    let message = world.newest_file(&business, 1).await;
    let media = &message["media"];
    let told = json!([media["state"], media["mime_type"], media["size"], media["is_inline"], media["problem"]]);
    assert_eq!(told, json!(["ready", "image/png", PNG.len(), true, null]), "{message}");
    assert!(!message.to_string().contains("lookaside"), "nothing is shown from Meta's addresses: {message}");

    let path = format!("/api/media/{}", id(&message));
    let (status, headers, bytes) = read(&world, &path, &business.key, None).await;
    assert_eq!((status, bytes.as_slice()), (200, PNG));
    let header = |name: &str| headers.get(name).map(|it| it.to_str().expect("ASCII").to_owned()).unwrap_or_default();
    assert_eq!((header("content-type"), header("x-content-type-options")), ("image/png".into(), "nosniff".into()));
    assert!(header("content-disposition").starts_with("inline"), "{headers:?}");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'");
    assert_eq!(header("cache-control"), "no-store");

    let part = read(&world, &path, &business.key, Some("bytes=1-3")).await;
    assert_eq!((part.0, part.2.as_slice()), (206, &b"PNG"[..]));
    assert_eq!(part.1["content-range"], format!("bytes 1-3/{}", PNG.len()));
    let beyond = world.app.get(&path).api_key(&business.key).header("range", "bytes=1000-").send().await;
    beyond.assert_problem(416, "range_not_satisfiable");

    world.app.get(&path).api_key(&stranger.key).send().await.assert_problem(404, "not_found");
    assert_eq!(world.app.get(&path).send().await.status, 401);
    let viewer = world.app.api_key(&business.owner, "viewer").await;
    assert_eq!(read(&world, &path, &viewer, None).await.0, 200);
}

#[rstest]
#[tokio::test]
async fn a_document_is_for_people_to_read(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let mut file = world.file(&business, "application/pdf", b"%PDF-1.7", &json!({})).await;
    file["caption"] = json!(QUESTION);
    world.sends_file(&business, "document", &file).await;
    let conversation = world.conversation(&business, CUSTOMER, |it| it["needs_person"] == true).await;
    assert_eq!(conversation["control_reason"], "document", "{conversation}");
    let told = world.answers(&business, CUSTOMER, 1).await;
    assert_eq!(told, ["A colleague will answer you here shortly."]);
    assert_eq!(world.prompts().await, Vec::<String>::new(), "no model is asked what it cannot know");
}

#[rstest]
#[tokio::test]
async fn a_file_that_is_something_else_is_only_saved(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    for (count, (kind, said, bytes)) in [
        ("image", "image/jpeg", SVG),
        ("sticker", "image/webp", b"MZ\x90\0 a program"),
        ("document", "application/pdf", SVG),
    ]
    .into_iter()
    .enumerate()
    {
        let mut file = world.file(&business, said, bytes, &json!({})).await;
        file["filename"] = json!("../../invoice\u{202e}fdp.html");
        world.sends_file(&business, kind, &file).await;
        let message = world.newest_file(&business, count + 1).await;
        let media = &message["media"];
        assert_eq!((&media["problem"], &media["is_inline"]), (&json!("mismatch"), &json!(false)), "{message}");
        let path = format!("/api/media/{}", id(&message));
        let (_, headers, got) = read(&world, &path, &business.key, None).await;
        assert_eq!(got, bytes);
        assert_eq!(headers["content-type"], "application/octet-stream");
        let disposition = headers["content-disposition"].to_str().expect("ASCII");
        assert!(disposition.starts_with("attachment") && !disposition.contains(".."), "{disposition}");
        assert!(disposition.contains("invoicefdp.html"), "{disposition}");
    }
}

#[rstest]
#[tokio::test]
async fn a_file_that_cannot_be_had_says_why(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let graph = world.sim(Method::GET, "/sim/state", &Value::Null).await;
    let cases = [
        (json!({ "url": "http://169.254.169.254/latest/meta-data" }), "refused"),
        (json!({ "url": "http://127.0.0.1:9/private" }), "refused"),
        (json!({ "url": "https://10.0.0.8/lookaside.fbsbx.com" }), "refused"),
        (json!({ "url": "https://lookaside.fbsbx.com.evil.example/x" }), "refused"),
        (json!({ "file_size": 101 * 1024 * 1024 }), "too_large"),
    ];
    for (count, (claims, problem)) in cases.into_iter().enumerate() {
        let file = world.file(&business, "image/png", PNG, &claims).await;
        world.sends_file(&business, "image", &file).await;
        let message = world.newest_file(&business, count + 1).await;
        let media = &message["media"];
        assert_eq!((&media["state"], &media["problem"]), (&json!("failed"), &json!(problem)), "{claims} {graph}");
        let path = format!("/api/media/{}", id(&message));
        world.app.get(&path).api_key(&business.key).send().await.assert_problem(409, "media_not_ready");
    }
    let file = world.file(&business, "image/png", PNG, &json!({})).await;
    world.sim(Method::DELETE, &format!("/sim/files/{}", file["id"].as_str().expect("an id")), &Value::Null).await;
    world.sends_file(&business, "image", &file).await;
    let message = world.newest_file(&business, 6).await;
    assert_eq!(message["media"]["problem"], "expired", "{message}");
}

#[rstest]
#[tokio::test]
async fn a_file_is_tried_again_by_itself_and_by_hand(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    // As often as the client tries a call by itself.
    world.fault(&json!({ "on": "media", "kind": "server_error", "times": 3 })).await;
    let file = world.file(&business, "audio/ogg; codecs=opus", OGG, &json!({})).await;
    world.sends_file(&business, "audio", &file).await;
    let message = world.newest_file(&business, 1).await;
    assert_eq!((&message["media"]["state"], &message["media"]["mime_type"]), (&json!("ready"), &json!("audio/ogg")));

    world.fault(&json!({ "on": "media", "kind": { "code": 100, "http_status": 400 }, "times": 1 })).await;
    world.sends_file(&business, "audio", &file).await;
    let message = world.newest_file(&business, 2).await;
    assert_eq!(message["media"]["state"], "failed", "{message}");
    let retry = format!("/api/media/{}/retry", id(&message));
    let viewer = world.app.api_key(&business.owner, "viewer").await;
    world.app.post(&retry).api_key(&viewer).send().await.assert_problem(403, "forbidden");
    assert_eq!(world.act(&business, &retry, &json!({})).await["state"], "waiting");
    let message = world.newest_file(&business, 2).await;
    assert_eq!(message["media"]["state"], "ready", "{message}");
    world.app.post(&retry).api_key(&business.key).send().await.assert_problem(409, "media_not_failed");
}

#[rstest]
#[tokio::test]
async fn what_the_store_of_files_does_not_take_is_fetched_when_it_does(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |_| {}).await;
    let business = world.business("Bakery").await;
    let tenant = TenantId(business.owner.tenant_id.parse().expect("a UUID"));
    // A file where the business's folder should be.
    let in_the_way = folder(&world).join(tenant.0.simple().to_string());
    std::fs::write(&in_the_way, "x").expect("it is written");
    let file = world.file(&business, "image/png", PNG, &json!({})).await;
    world.sends_file(&business, "image", &file).await;
    let file = eventually("a message with a file", async || {
        let thread = world.thread(&business, CUSTOMER).await;
        thread.iter().find(|it| !it["media"].is_null()).map(id)
    })
    .await;
    let file = file.parse().expect("a UUID");
    // More often than Meta would be asked in vain.
    for _ in 0..12 {
        let due = eventually("the next try", async || {
            let row = world.row(tenant, file).await?;
            assert_eq!((row.state, row.problem), (MediaState::Waiting, None), "after {} tries", row.attempts);
            let now = clock.now();
            row.due_at.filter(|due| *due > now && *due != now + Duration::from_secs(30))
        })
        .await;
        clock.advance(due.saturating_since(clock.now()));
        world.app.server.state().notifier.notify(Signal::Media);
    }
    std::fs::remove_file(&in_the_way).expect("it is gone");
    clock.advance(Duration::from_hours(1));
    assert_eq!(world.newest_file(&business, 1).await["media"]["state"], "ready");
}

#[rstest]
#[tokio::test]
async fn an_attached_file_is_uploaded_once_and_leaves_with_its_message(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.says(&business, CUSTOMER, "Do you have a menu?").await;
    let messages = format!("{}/messages", world.path(&business, CUSTOMER).await);
    world.act(&business, &messages.replace("messages", "takeover"), &json!({})).await;
    let file = world.uploaded(&business, "menu.pdf", b"%PDF-1.7 a menu").await;
    let body = json!({ "type": "document", "media": { "id": file }, "caption": "Our menu" });
    let queued =
        world.app.post(&messages).api_key(&business.key).header("idempotency-key", "a").json(&body).send().await;
    assert_eq!((queued.status, queued.text("/media/file_name")), (202, "menu.pdf".to_owned()), "{}", queued.raw);
    let again =
        world.app.post(&messages).api_key(&business.key).header("idempotency-key", "a").json(&body).send().await;
    assert_eq!(again.text("/id"), queued.text("/id"));
    world.act(&business, &messages, &json!({ "text": "Anything else?" })).await;

    let sent = eventually("both have left", async || {
        let sent = world.sent(&business, CUSTOMER).await;
        (sent.len() >= 2).then_some(sent)
    })
    .await;
    let document = sent[0]["body"]["document"].clone();
    assert_eq!((&document["filename"], &document["caption"]), (&json!("menu.pdf"), &json!("Our menu")), "{sent:?}");
    assert_eq!(sent[1]["body"]["text"]["body"], "Anything else?");
    let at_meta = document["id"].as_str().expect("Meta's id");
    assert_ne!(at_meta, file);
    let seen = world.sim(Method::GET, &format!("/sim/files/{at_meta}"), &Value::Null).await;
    let digest = hex::encode(Sha256::digest(b"%PDF-1.7 a menu"));
    assert_eq!((&seen["mime_type"], &seen["sha256"]), (&json!("application/pdf"), &json!(digest)));

    // Sent once more, it is at Meta already.
    world.act(&business, &messages, &json!({ "type": "document", "media": { "id": file } })).await;
    eventually("it has left again", async || (world.sent(&business, CUSTOMER).await.len() == 3).then_some(())).await;
    assert_eq!(world.sent(&business, CUSTOMER).await[2]["body"]["document"]["id"], at_meta);
    assert_eq!(world.uploads_to_meta().await, 1);
    let delete = world.app.delete(&format!("/api/media/{file}")).api_key(&business.key).send().await;
    delete.assert_problem(409, "media_in_use");
}

#[rstest]
#[tokio::test]
async fn an_upload_that_fails_is_tried_again_and_one_that_is_refused_fails_its_message(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.says(&business, CUSTOMER, "A picture, please").await;
    let messages = format!("{}/messages", world.path(&business, CUSTOMER).await);
    world.act(&business, &messages.replace("messages", "takeover"), &json!({})).await;
    world.fault(&json!({ "on": "media", "kind": "server_error", "times": 1 })).await;
    let file = world.uploaded(&business, "cake.jpg", JPEG).await;
    world.act(&business, &messages, &json!({ "type": "image", "media": { "id": file } })).await;
    eventually("it has left", async || (world.sent(&business, CUSTOMER).await.len() == 1).then_some(())).await;

    world.fault(&json!({ "on": "media", "kind": { "code": 131_053, "http_status": 400 }, "times": 1 })).await;
    let file = world.uploaded(&business, "cake.jpg", JPEG).await;
    world.act(&business, &messages, &json!({ "type": "image", "media": { "id": file } })).await;
    let failed = eventually("it has failed", async || {
        world.thread(&business, CUSTOMER).await.into_iter().find(|it| it["status"] == "failed")
    })
    .await;
    assert_eq!(failed["error"]["code"], 131_053, "{failed}");
    world.conversation(&business, CUSTOMER, |it| it["needs_person"] == true).await;
    assert_eq!(world.sent(&business, CUSTOMER).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_message_whose_file_is_refused_opens_its_conversation_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |_| {}).await;
    let business = world.business("Bakery").await;
    let path = world.picture_that_fails(&business, "server_error").await;
    world.upload_waits(&clock).await;

    let resolved = world.app.patch(&path).api_key(&business.key).json(&json!({ "state": "resolved" })).send().await;
    assert_eq!(resolved.text("/state"), "resolved");
    world.fault(&json!({ "on": "media", "kind": { "code": 131_053, "http_status": 400 }, "times": 1 })).await;
    clock.advance(Duration::from_secs(5));
    world.conversation(&business, CUSTOMER, |it| it["send_failed"] == true).await;
    let open = world.conversation(&business, CUSTOMER, |it| it["state"] == "open").await;
    assert_eq!(open["needs_person"], true, "{open}");
}

#[rstest]
#[tokio::test]
async fn waiting_for_a_number_to_be_connected_again_uses_up_no_try_of_an_upload(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |_| {}).await;
    let business = world.business("Bakery").await;
    world.picture_that_fails(&business, "token_dead").await;
    eventually("a number that waits for a person", async || {
        let numbers = world.read(&business, "/api/numbers").await;
        (numbers["items"][0]["status"] == "reauth_required").then_some(())
    })
    .await;
    // As many times as an upload is tried at all.
    for _ in 0..6 {
        world.upload_waits(&clock).await;
        clock.advance(Duration::from_mins(1));
        world.app.server.state().notifier.notify(Signal::Media);
    }
    world.upload_waits(&clock).await;
    world.connect(&business).await;
    world.fault(&json!({ "on": "media", "kind": "server_error", "times": 1 })).await;
    clock.advance(Duration::from_mins(1));
    world.upload_waits(&clock).await;
    clock.advance(Duration::from_secs(5));
    eventually("it has left", async || (world.sent(&business, CUSTOMER).await.len() == 1).then_some(())).await;
}

#[rstest]
#[tokio::test]
async fn a_fetch_that_a_shutdown_breaks_off_was_no_try(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let fetched = world.fetched(&business).await;
    // Claimed by a process that is going down.
    let claimed = Media { id: new_id(fetched.created_at), state: MediaState::Waiting, message_id: None, ..fetched };
    let mut tx = world.app.server.state().db.write(Scope::Tenant(claimed.tenant_id)).await.expect("a transaction");
    media::insert(&mut tx.conn(), std::slice::from_ref(&claimed)).await.expect("it is stored");
    tx.commit().await.expect("it is stored");
    let stop = CancellationToken::new();
    stop.cancel();
    let (tenant, id) = (claimed.tenant_id, claimed.id);
    world.media_worker().work(&Claimed::File(Box::new(claimed)), &stop).await.expect("it is given back");
    let ready = eventually("the other process has fetched it", async || {
        world.row(tenant, id).await.filter(|it| it.state == MediaState::Ready)
    })
    .await;
    assert_eq!(ready.attempts, 1);
}

#[rstest]
#[tokio::test]
async fn only_what_whatsapp_takes_is_taken(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.unconnected("Bakery", &json!({})).await;
    let refused = async |name: &str, content_type: &str, bytes: &[u8]| {
        let answer = world.upload(&business, name, content_type, bytes).await;
        answer.assert_problem(415, "media_unsupported");
    };
    refused("cake.png", "image/png", b"MZ\x90\0 a program").await;
    refused("cake.svg", "image/svg+xml", SVG).await;
    refused("cake.jpg", "image/jpeg", SVG).await;
    refused("page.pdf", "application/pdf", b"<!doctype html><script>alert(1)</script>").await;
    refused("archive.docx", "application/vnd.openxmlformats", b"PK\x03\x04\x14\0evil.exe").await;

    let large = [JPEG, &vec![0; 5 * 1024 * 1024]].concat();
    let answer = world.upload(&business, "cake.jpg", "image/jpeg", &large).await;
    answer.assert_problem(413, "media_too_large");
    assert_eq!((&answer.body["limit"], answer.text("/instead")), (&json!(5 * 1024 * 1024), "document".to_owned()));
    let as_document =
        form(world.app.post("/api/media?kind=document").api_key(&business.key), "a.jpg", "image/jpeg", &large);
    assert_eq!(as_document.send().await.status, 201);
    let as_video = form(world.app.post("/api/media?kind=video").api_key(&business.key), "a.jpg", "image/jpeg", JPEG);
    let answer = as_video.send().await;
    answer.assert_problem(415, "media_unsupported");
    assert_eq!(answer.text("/instead"), "image");

    let named = world.upload(&business, "../../etc/pas\u{202e}swd.txt", "image/png", b"Just text").await;
    assert_eq!((named.text("/file_name"), named.text("/mime_type")), ("passwd.txt".into(), "text/plain".into()));
    world.upload(&business, "empty.txt", "text/plain", b"").await.assert_problem(400, "malformed");
    let no_file =
        world.app.post("/api/media").api_key(&business.key).body("multipart/form-data; boundary=x", "--x--\r\n");
    no_file.send().await.assert_problem(400, "malformed");
    let cut = world.app.post("/api/media").api_key(&business.key).body(
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nHalf a te",
    );
    cut.send().await.assert_problem(400, "malformed");

    // What was refused has left nothing, and what is not wanted any more can go.
    let kept = named.text("/id");
    let deleted = world.app.delete(&format!("/api/media/{kept}")).api_key(&business.key).send().await;
    assert_eq!(deleted.status, 204);
    eventually("one file alone is kept", async || (files(&world) == 1).then_some(())).await;
    let gone = world.app.get(&format!("/api/media/{kept}")).api_key(&business.key).send().await;
    assert!(matches!(gone.status, 404 | 410), "{}", gone.raw);
}

#[rstest]
#[tokio::test]
async fn a_file_whose_row_has_gone_while_it_was_fetched_does_not_stay(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let fetched = world.fetched(&business).await;
    let fetch = async |file: Media| {
        let claimed = Claimed::File(Box::new(Media { state: MediaState::Waiting, ..file }));
        world.media_worker().work(&claimed, &CancellationToken::new()).await.expect("it is looked after");
    };
    fetch(Media { id: new_id(fetched.created_at), ..fetched.clone() }).await;
    assert_eq!(files(&world), 1, "the other one");

    // That another process was faster is no reason to delete what it fetched.
    fetch(Media { attempts: 0, ..fetched.clone() }).await;
    let (status, _, bytes) = read(&world, &format!("/api/media/{}", fetched.id), &business.key, None).await;
    assert_eq!((status, bytes.as_slice()), (200, PNG));
}

#[rstest]
#[tokio::test]
async fn an_upload_that_was_given_up_leaves_nothing_when_it_ends_after_all(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |_| {}).await;
    let business = world.unconnected("Bakery", &json!({})).await;
    let tenant = TenantId(business.owner.tenant_id.parse().expect("a UUID"));
    let is_under_way = async |is: bool| {
        eventually("an upload that is as it should", async || {
            let mut tx = world.app.server.state().db.read(Scope::Tenant(tenant)).await.expect("a database");
            let unsent = media::unsent(&mut tx.conn(), tenant).await.expect("it reads");
            ((unsent.files == 1) == is).then_some(())
        })
        .await;
    };
    let (piece, pieces) = mpsc::unbounded_channel::<Vec<u8>>();
    let pieces =
        stream::unfold(pieces, |mut pieces| async move { Some((Ok::<_, Infallible>(pieces.recv().await?), pieces)) });
    let body = reqwest::Body::wrap_stream(pieces);
    let upload = world.app.post("/api/media").api_key(&business.key);
    let upload = tokio::spawn(upload.body("multipart/form-data; boundary=x", body).send());
    let head = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n";
    piece.send([head.as_slice(), JPEG, &[0; 5_000]].concat()).expect("somebody listens");
    is_under_way(true).await;
    clock.advance(Duration::from_hours(2));
    world.app.server.state().notifier.notify(Signal::Media);
    is_under_way(false).await;
    piece.send(b"\r\n--x--\r\n".to_vec()).expect("somebody listens");
    drop(piece);
    upload.await.expect("it ends").assert_problem(400, "malformed");
    assert_eq!(files(&world), 0);
}

/// Where files are kept.
fn folder(world: &World) -> PathBuf {
    world.app.server.state().config.media.store.to_file_path().expect("a folder")
}

/// How many files are kept.
fn files(world: &World) -> usize {
    let inside = |folder: &std::path::Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    inside(&folder(world)).map(|tenant| inside(&tenant.path()).count()).sum()
}

#[rstest]
#[tokio::test]
async fn a_file_is_sent_as_what_it_is_by_whom_it_belongs_to(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (business, stranger) = (world.business("Bakery").await, world.business("Stranger").await);
    let old = json!({ "from": CUSTOMER, "text": "Hello", "timestamp": now_s() - 25 * 3_600 });
    world.message(&business, &old).await;
    let messages = format!("{}/messages", world.path(&business, CUSTOMER).await);
    let file = world.uploaded(&business, "cake.png", PNG).await;
    let theirs = world.uploaded(&stranger, "cake.png", PNG).await;
    let send = async |body: &Value| world.app.post(&messages).api_key(&business.key).json(body).send().await;
    let image = |id: &str| json!({ "type": "image", "media": { "id": id } });

    send(&image(&file)).await.assert_problem(422, "window_closed");
    world.says(&business, CUSTOMER, "Hello again").await;
    world.conversation(&business, CUSTOMER, |it| it["window"]["open"] == true).await;
    send(&image(&theirs)).await.assert_problem(422, "invalid_message");
    send(&image("1479537139650973")).await.assert_problem(422, "invalid_message");
    send(&json!({ "type": "video", "media": { "id": file } })).await.assert_problem(422, "invalid_message");
    assert_eq!(send(&image(&file)).await.status, 202);
    let header = json!({ "type": "interactive", "interactive": { "type": "buttons", "body": "Which one?",
        "header": { "type": "image", "image": { "id": file } }, "buttons": [{ "id": "1", "title": "This" }] } });
    assert_eq!(send(&header).await.status, 202);
    let left = eventually("all have left", async || {
        let sent = world.sent(&business, CUSTOMER).await;
        sent.iter().any(|it| it["body"]["type"] == "interactive").then_some(sent)
    })
    .await;
    let of = |kind: &str| left.iter().find(|it| it["body"]["type"] == kind).expect("it left")["body"].clone();
    assert_eq!(of("interactive")["interactive"]["header"]["image"]["id"], of("image")["image"]["id"]);
}

impl World {
    /// As if a business had uploaded so many files of so many bytes.
    async fn has_uploaded(&self, business: &Business, files: usize, bytes: i64) {
        let state = self.app.server.state();
        let now = state.clock.now();
        let tenant_id = TenantId(business.owner.tenant_id.parse().expect("a UUID"));
        let file = || Media {
            tenant_id,
            id: new_id(now),
            origin: MediaOrigin::Uploaded,
            kind: MediaKind::Document,
            state: MediaState::Ready,
            number_id: None,
            message_id: None,
            person_id: None,
            meta_id: None,
            said_type: None,
            said_sha256: None,
            mime_type: Some("application/pdf".into()),
            file_name: None,
            size: Some(bytes),
            sha256: None,
            problem: None,
            due_at: None,
            attempts: 0,
            created_at: now,
            updated_at: now,
        };
        let mut tx = state.db.write(Scope::System).await.expect("a transaction");
        let files: Vec<_> = std::iter::repeat_with(file).take(files).collect();
        media::insert(&mut tx.conn(), &files).await.expect("they are stored");
        tx.commit().await.expect("they are stored");
    }
}

#[rstest]
#[tokio::test]
async fn a_business_has_so_many_files_that_it_has_not_sent_and_no_more(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (business, neighbour) = (world.business("Bakery").await, world.unconnected("Neighbour", &json!({})).await);
    world.has_uploaded(&business, 499, 1).await;
    let last = world.uploaded(&business, "cake.jpg", JPEG).await;
    let upload = async || world.upload(&business, "cake.jpg", "image/jpeg", JPEG).await;
    upload().await.assert_problem(409, "too_many_unsent");
    world.uploaded(&neighbour, "cake.jpg", JPEG).await;

    world.says(&business, CUSTOMER, "A picture, please").await;
    let conversation = world.path(&business, CUSTOMER).await;
    let picture = json!({ "type": "image", "media": { "id": last } });
    world.act(&business, &format!("{conversation}/messages"), &picture).await;
    let in_its_place = world.uploaded(&business, "cake.jpg", JPEG).await;
    upload().await.assert_problem(409, "too_many_unsent");
    let deleted = world.app.delete(&format!("/api/media/{in_its_place}")).api_key(&business.key).send().await;
    assert_eq!(deleted.status, 204, "{}", deleted.raw);
    world.uploaded(&business, "cake.jpg", JPEG).await;
    upload().await.assert_problem(409, "too_many_unsent");

    // A day later, as housekeeping sees it.
    let state = world.app.server.state();
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::System).await.expect("a transaction");
    media::expire(&mut tx.conn(), now + Duration::from_secs(1), None, now).await.expect("they are deleted");
    tx.commit().await.expect("they are deleted");
    world.uploaded(&business, "cake.jpg", JPEG).await;
}

#[rstest]
#[tokio::test]
async fn the_files_that_a_business_has_not_sent_have_so_many_bytes_and_no_more(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.unconnected("Bakery", &json!({})).await;
    world.has_uploaded(&business, 1, 1024 * 1024 * 1024 - 100_000).await;
    let mut large = JPEG.to_vec();
    large.resize(90_000, 0);
    let first = world.uploaded(&business, "cake.jpg", &large).await;
    let second = world.upload(&business, "cake.jpg", "image/jpeg", &large).await;
    second.assert_problem(409, "too_many_unsent");
    world.uploaded(&business, "small.jpg", JPEG).await;
    world.app.delete(&format!("/api/media/{first}")).api_key(&business.key).send().await;
    world.uploaded(&business, "cake.jpg", &large).await;
}
