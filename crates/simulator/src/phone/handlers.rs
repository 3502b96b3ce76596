//! What the phone page asks for and does.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::graph::download_url;
use crate::sync::{lock, read as read_lock};
use crate::text::phone_digits;
use crate::webhook::inbound::{self, Inbound};
use crate::webhook::statuses;
use crate::world::World;
use crate::world::customers::Introduction;
use crate::world::media::Media;
use crate::world::settings::StatusMode;
use crate::world::threads::{Progress, Side, ThreadKey};

/// How many customers the page offers.
const PEOPLE_SHOWN: usize = 30;

/// Which chat is meant: a number's id, and the customer's phone or user id.
#[derive(Deserialize)]
pub(super) struct Chat {
    number: String,
    from: String,
    name: Option<String>,
    caption: Option<String>,
}

impl Chat {
    pub(super) fn key(&self, world: &World) -> Option<ThreadKey> {
        let number = world.number(&self.number)?;
        let user_id = match phone_digits(&self.from) {
            Some(phone) => world.customer_by_phone(&number.business_id, &phone).user_id,
            None => world.customer_by_user_id(&number.business_id, &self.from)?.user_id,
        };
        Some(ThreadKey { number_id: number.id.clone(), user_id })
    }

    /// Who writes, as the page says, without forgetting that they hide their phone.
    fn introduction(&self, world: &World, business_id: &str) -> Introduction {
        let phone = phone_digits(&self.from);
        let known = match &phone {
            Some(phone) => Some(world.customer_by_phone(business_id, phone)),
            None => world.customer_by_user_id(business_id, &self.from),
        };
        Introduction {
            phone,
            user_id: known.as_ref().map(|it| it.user_id.clone()),
            name: self.name.clone(),
            username: None,
            hides_phone: known.is_some_and(|it| it.hides_phone),
        }
    }
}

/// `GET /sim/phone/people`: the numbers one can write to, and customers who have chats.
pub(super) async fn people(world: web::Data<World>) -> HttpResponse {
    let numbers: Vec<Value> = read_lock(&world.directory)
        .numbers()
        .iter()
        .map(|it| {
            let connected = lock(&it.state).registered;
            json!({"id": it.id, "phone": it.display(), "name": it.name, "connected": connected})
        })
        .collect();
    let customers: Vec<Value> = lock(&world.threads)
        .recent(PEOPLE_SHOWN)
        .into_iter()
        .map(|(key, customer)| {
            json!({
                "number": key.number_id,
                "from": customer.phone.unwrap_or(customer.user_id),
                "name": customer.name,
            })
        })
        .collect();
    HttpResponse::Ok().json(json!({"numbers": numbers, "customers": customers}))
}

/// What the customer sends.
#[derive(Deserialize)]
pub(super) struct Send {
    #[serde(flatten)]
    chat: Chat,
    /// As in a webhook, without ids and time: `{"type":"text","text":{"body":"…"}}`.
    message: Map<String, Value>,
}

/// `POST /sim/phone/send`.
pub(super) async fn send(world: web::Data<World>, body: web::Json<Send>) -> HttpResponse {
    let Send { chat, message } = body.into_inner();
    deliver(world, &chat, message).await
}

/// What kind of file it is, beside the chat.
#[derive(Deserialize)]
pub(super) struct Attachment {
    /// `image`, `video`, `audio`, `document` or `sticker`.
    kind: String,
    filename: Option<String>,
    /// An `audio` that was spoken just now.
    #[serde(default)]
    voice: bool,
}

/// What a customer's phone can send, as the types of WhatsApp's own apps.
fn is_sendable(kind: &str, mime_type: &str) -> bool {
    match kind {
        "image" => matches!(mime_type, "image/jpeg" | "image/png"),
        "video" => matches!(mime_type, "video/mp4" | "video/3gpp"),
        "audio" => mime_type.starts_with("audio/"),
        "sticker" => mime_type == "image/webp",
        "document" => true,
        _ => false,
    }
}

/// `POST /sim/phone/file?number=…&from=…&kind=…`: the file is the body.
pub(super) async fn file(
    req: HttpRequest,
    world: web::Data<World>,
    chat: web::Query<Chat>,
    attachment: web::Query<Attachment>,
    body: web::Bytes,
) -> HttpResponse {
    let Attachment { kind, filename, voice } = attachment.into_inner();
    let mime_type = req.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if !is_sendable(&kind, mime_type) {
        return problem(415, "A photo is a JPEG or a PNG, a video an MP4, a sticker a WebP.");
    }
    let sha256 = STANDARD.encode(Sha256::digest(&body));
    let media = lock(&world.media).insert(Media {
        id: world.ids.media(),
        number_id: chat.number.clone(),
        mime_type: mime_type.to_owned(),
        bytes: body,
        claims: Map::new(),
    });
    let mut file = json!({
        "mime_type": media.mime_type,
        "sha256": sha256,
        "id": media.id,
        "url": download_url(&world, &media),
    });
    let may_say = matches!(kind.as_str(), "image" | "video" | "document");
    if let Some(caption) = chat.caption.as_ref().filter(|it| may_say && !it.is_empty()) {
        file["caption"] = json!(caption);
    }
    match kind.as_str() {
        "document" => file["filename"] = json!(filename.unwrap_or_else(|| "Untitled".to_owned())),
        "audio" => file["voice"] = json!(voice),
        _ => {}
    }
    let message = Map::from_iter([("type".to_owned(), json!(kind)), (kind, file)]);
    deliver(world, &chat, message).await
}

async fn deliver(world: web::Data<World>, chat: &Chat, message: Map<String, Value>) -> HttpResponse {
    let world = world.into_inner();
    let Some(number) = world.number(&chat.number) else {
        return problem(404, "There is no such number.");
    };
    let from = chat.introduction(&world, &number.business_id);
    if from.phone.is_none() && from.user_id.is_none() {
        return problem(422, "A customer has a phone number with a country code.");
    }
    let inbound = Inbound { number, from, message, wamid: None, timestamp_s: None, copies: 1 };
    let delivered = inbound::receive(&world, inbound).await;
    HttpResponse::Ok().json(json!({"wamid": delivered.wamid, "http_status": delivered.http_status}))
}

/// `POST /sim/phone/read`: the chat is in front of the customer, so what is in it has been read.
pub(super) async fn read(world: web::Data<World>, chat: web::Json<Chat>) -> HttpResponse {
    let Some(key) = chat.key(&world) else {
        return problem(404, "There is no such chat.");
    };
    let read = lock(&world.threads).read(&key, Side::Business, None);
    let tells = world.settings.status_mode() != StatusMode::Manual;
    // `read` must not overtake `delivered`: what is still on its way is told when it is delivered.
    for (wamid, _) in read.iter().filter(|(_, before)| tells && *before == Progress::Delivered) {
        let sent = lock(&world.ledger).by_wamid(wamid);
        if let Some(sent) = sent {
            let item = statuses::item(&world, &sent, "read", world.clock.now_s(), None);
            statuses::enqueue(&world, item);
        }
    }
    let ids: Vec<&String> = read.iter().map(|(id, _)| id).collect();
    HttpResponse::Ok().json(json!({"read": ids}))
}

/// `GET /sim/phone/media/{id}`: a file as the phone shows it.
pub(super) async fn media(world: web::Data<World>, id: web::Path<String>) -> HttpResponse {
    let Some(media) = lock(&world.media).get(&id) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .content_type(media.mime_type.clone())
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(media.bytes.clone())
}

fn problem(status: u16, message: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    HttpResponse::build(status).json(json!({"error": message}))
}
