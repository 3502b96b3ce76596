use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Path},
};
use garde::Validate;
use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_accounts::{Permission, Principal};
use switchboard_graph_client::MessageBody as Body;
use switchboard_inbox::send::{NewMessage, Original, send as queue};
use switchboard_store::{Actor, Author, Conn, Scope, Signal, message};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{problems, wire::MessageBody};
use crate::http::{AppState, Authenticated, Problem, Valid};

const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// In characters.
const IDEMPOTENCY_KEY_LEN: usize = 200;
/// In characters.
const ORIGINAL_LEN: usize = 4096;

/// A message to be sent. What stands beside `type` is what the type needs.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
#[schema(example = json!({ "text": "We open at eight." }))]
struct SendBody {
    /// `text` unless given, `image`, `audio`, `video`, `document`, `sticker`, `location`, `contacts`, `reaction`,
    /// `interactive` or `template`
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Of a text message: 1 to 4,096 characters
    text: Option<String>,
    /// The id of a message of this conversation to quote
    reply_to: Option<Uuid>,
    /// What you wrote, where the message is its translation: it is kept with the message, and not sent
    original: Option<OriginalFields>,
    #[serde(flatten)]
    #[schema(value_type = Object, additional_properties)]
    rest: Map<String, Value>,
}

#[derive(Deserialize, ToSchema)]
struct OriginalFields {
    /// 1 to 4,096 characters
    text: String,
    /// An ISO 639-1 code
    #[schema(example = "en")]
    language: String,
}

impl OriginalFields {
    fn checked(self) -> Result<Original, Problem> {
        if self.text.trim().is_empty() || self.text.chars().count() > ORIGINAL_LEN {
            return Err(Problem::invalid("original.text", format!("must have 1 to {ORIGINAL_LEN} characters")));
        }
        super::wire::language("original.language", &self.language)?;
        Ok(Original { text: self.text, language: self.language })
    }
}

impl SendBody {
    fn into_body(self) -> Result<Body, Problem> {
        let Self { kind, text, mut rest, .. } = self;
        let kind = kind.unwrap_or_else(|| "text".to_owned());
        match text {
            Some(text) if kind == "text" => _ = rest.insert("body".to_owned(), text.into()),
            None if kind == "text" && !rest.contains_key("body") => {
                return Err(problems::invalid("text", "is missing"));
            }
            _ => {}
        }
        rest.insert("type".to_owned(), kind.clone().into());
        serde_json::from_value(rest.into()).map_err(|error| problems::invalid(kind, error.to_string()))
    }
}

/// Send a message
///
/// Takes the conversation over. The message is queued and leaves in order; its `status` tells how far it is. Outside of
/// the service window only a `template` may be sent. The fields of each type:
///
/// * `image`, `video`, `document`: `media` (`{"id": …}` of `POST /api/media`, or `{"link": …}`), `caption`; a document's
///   `filename`
/// * `audio`, `sticker`: `media`; an audio's `voice`
/// * `location`: `latitude`, `longitude`, `name`, `address`
/// * `contacts`: `contacts`, as Meta defines them
/// * `reaction`: `message_id` (a wamid), `emoji`
/// * `interactive`: `interactive`, of the type `buttons`, `list`, `cta_url` or `location_request`
/// * `template`: `name`, `language`, `components` as Meta defines them
#[utoipa::path(tag = "conversations", request_body = SendBody,
    params(("id" = Uuid, Path, description = "The conversation's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Up to 200 characters. A request that repeats the key \
            of an earlier one sends nothing and gets the earlier message")),
    responses(
        (status = 202, description = "Queued", body = MessageBody),
        (status = 409, description = "`idempotency_key_reused`: it was another message; `number_disconnected`",
            body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`window_closed`: `closed_at` says since when; `invalid_message`: WhatsApp would refuse \
            it; `invalid`: a field", body = Problem, content_type = "application/problem+json"),
    ))]
#[post("/api/conversations/{id}/messages")]
pub(super) async fn send(
    request: HttpRequest,
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(mut body): Valid<SendBody>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::Reply)?;
    let idempotency_key = idempotency_key(&request, principal)?;
    let quoted = body.reply_to;
    let original = body.original.take().map(OriginalFields::checked).transpose()?;
    let mut new = new_message(principal, *id, body.into_body()?, idempotency_key);
    new.original = original;
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    if let Some(quoted) = quoted {
        new.reply_to = Some(wamid(&mut tx.conn(), &new, quoted).await?);
    }
    let message = queue(&mut tx.conn(), state.clock.now(), new).await?;
    let has_file = message.media_id.is_some();
    let body = MessageBody::of(&mut tx.conn(), principal, vec![message]).await?.pop();
    tx.commit().await?;
    if has_file {
        state.notifier.notify(Signal::Media);
    }
    state.notifier.notify(Signal::Outbox);
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::Accepted().json(body))
}

/// As it is stored: two principals that think of the same key mean two messages.
fn idempotency_key(request: &HttpRequest, principal: &Principal) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().map(str::trim).unwrap_or_default();
    if key.is_empty() || key.len() > IDEMPOTENCY_KEY_LEN {
        return Err(Problem::invalid("Idempotency-Key", "must have 1 to 200 characters of ASCII"));
    }
    let author = principal.actor_id().unwrap_or_default();
    Ok(Some(format!("{author}:{key}")))
}

fn new_message(
    principal: &Principal,
    conversation_id: Uuid,
    body: Body,
    idempotency_key: Option<String>,
) -> NewMessage {
    NewMessage {
        tenant_id: principal.tenant,
        conversation_id,
        author: if principal.actor == Actor::ApiKey { Author::Api } else { Author::Operator },
        person_id: principal.person,
        body,
        reply_to: None,
        original: None,
        idempotency_key,
    }
}

/// WhatsApp's id of the message that a new one quotes.
async fn wamid(conn: &mut Conn<'_>, new: &NewMessage, quoted: Uuid) -> Result<String, Problem> {
    let quoted = message::get(conn, new.tenant_id, new.conversation_id, quoted).await?;
    let wamid = quoted.and_then(|message| message.wamid);
    wamid.ok_or_else(|| problems::invalid("reply_to", "is no message of this conversation that WhatsApp knows"))
}
