use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, ContentEncoding},
    web::{Data, Query},
};
use serde::Deserialize;
use switchboard_accounts::Permission;

use super::stream;
use crate::{
    events::Feed,
    http::{AppState, Authenticated, Problem, auth_extractor::Carried},
};

/// What a browser's `EventSource` sends when it connects again.
const LAST_EVENT_ID: &str = "last-event-id";

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct FollowQuery {
    /// Where to go on, like the header `Last-Event-ID`, which goes before it
    last_event_id: Option<String>,
}

/// Follow what happens
///
/// A stream of server-sent events. Each names what has changed; read the rest from where it is. The first is `hello`, and
/// every one has an `id`: after an interruption, send the last one as `Last-Event-ID` and nothing is missed. If that was
/// too long ago (48 hours), the first is `reset`: read everything anew. Events are `message.created`, `message.updated`,
/// `conversation.updated`, `conversation.typing`, `note.created`, `note.updated`, `note.deleted`, `tool.called`, `bot_run.changed`, `labels.updated`, `contact.updated`,
/// `contact_fields.updated`, `canned_replies.updated`, `filters.updated`, `number.updated`, `onboarding.updated`, `whatsapp.notice`. The stream ends when its credential does.
#[utoipa::path(tag = "events",
    params(FollowQuery, ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event received")),
    responses((status = 200, description = "The stream", body = String, content_type = "text/event-stream")))]
#[get("/api/events")]
pub(super) async fn follow(
    request: HttpRequest,
    state: Data<AppState>,
    who: Authenticated,
    query: Query<FollowQuery>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    let credential = Carried::by(&request, &state).ok_or_else(Problem::unauthorized)?;
    let header = request.headers().get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
    // An empty one means none, says the standard.
    let last_told = header.or(query.last_event_id.as_deref()).filter(|id| !id.is_empty());
    let (feed, beginning) = Feed::open(state.events.clone(), principal.tenant, last_told).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        // Proxies that gather an answer before they pass it on would hold events back; so would compression.
        .insert_header(("x-accel-buffering", "no"))
        .insert_header(ContentEncoding::Identity)
        .streaming(stream::start(state, credential, feed, beginning)))
}
