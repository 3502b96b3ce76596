use std::collections::HashMap;

use actix_web::{
    get,
    web::{Data, Json, Query},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::{Permission, Principal};
use switchboard_inbox::search::{self, Kind, Question};
use switchboard_store::{
    Conn, Millis, Scope, conversation,
    message::{self, Message, MessageKey},
    transcript,
};
use uuid::Uuid;

use super::wire::{FoundBody, HitBody};
use crate::http::{AppState, Authenticated, Problem, conversations::wire::ConversationBody};

/// Messages of a page.
const MESSAGES: i64 = 30;
/// Customers, at most: whoever looks for one goes on typing.
const CUSTOMERS: i64 = 20;

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// Words, the last of which may be the beginning of one; or a part of a name or of a phone number
    #[garde(inner(length(chars, min = 1, max = 200)))]
    q: Option<String>,
    /// `next_cursor` of the page before
    #[garde(skip)]
    cursor: Option<i64>,
}

/// Find customers and messages
///
/// Case, accents, Turkish dots and Arabic vowel marks make no difference.
#[utoipa::path(tag = "search", params(SearchQuery),
    responses((status = 200, description = "What was found", body = FoundBody)))]
#[get("/api/search")]
pub(super) async fn find(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<SearchQuery>,
) -> Result<Json<FoundBody>, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    query.validate()?;
    let Some(q) = &query.q else { return Err(Problem::invalid("q", "is needed")) };
    let Some(question) = Question::new(q) else {
        return Ok(Json(FoundBody { conversations: Vec::new(), messages: Vec::new(), next_cursor: None }));
    };
    let now = state.clock.now();
    let mut tx = state.db.read(Scope::Tenant(principal.tenant)).await?;
    let conn = &mut tx.conn();
    let conversations = match query.cursor {
        None => customers(conn, now, principal, &question).await?,
        Some(_) => Vec::new(),
    };
    let (messages, next_cursor) = messages(conn, now, principal, &question, query.cursor).await?;
    Ok(Json(FoundBody { conversations, messages, next_cursor }))
}

/// Conversations with the customers found.
async fn customers(
    conn: &mut Conn<'_>,
    now: Millis,
    principal: &Principal,
    question: &Question,
) -> Result<Vec<ConversationBody>, Problem> {
    let tenant = principal.tenant;
    let found = search::find(conn, tenant, Kind::Contacts, question, None, CUSTOMERS).await?;
    let contacts: Vec<_> = found.into_iter().map(|found| found.id).collect();
    let ids = conversation::of_contacts(conn, tenant, &contacts, CUSTOMERS).await?;
    let rows = conversation::overviews(conn, tenant, &ids).await?;
    ConversationBody::all(conn, now, principal, rows).await
}

/// The messages found, and where the next page begins.
async fn messages(
    conn: &mut Conn<'_>,
    now: Millis,
    principal: &Principal,
    question: &Question,
    before: Option<i64>,
) -> Result<(Vec<HitBody>, Option<String>), Problem> {
    let tenant = principal.tenant;
    let mut found = search::find(conn, tenant, Kind::Messages, question, before, MESSAGES + 1).await?;
    let has_more = i64::try_from(found.len()).is_ok_and(|count| count > MESSAGES);
    found.truncate(usize::try_from(MESSAGES).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| has_more).map(|last| last.seq.to_string());
    let keys: Vec<_> = found.iter().map(|found| MessageKey { tenant_id: tenant, id: found.id }).collect();
    let rows = message::by_id(conn, &keys).await?;
    let mut ids: Vec<_> = rows.iter().map(|message| message.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let overviews = conversation::overviews(conn, tenant, &ids).await?;
    let bodies = ConversationBody::all(conn, now, principal, overviews).await?;
    let bodies: HashMap<Uuid, ConversationBody> = bodies.into_iter().map(|body| (body.id(), body)).collect();
    let ids: Vec<_> = found.iter().map(|found| found.id).collect();
    let said = transcript::of_messages(conn, tenant, &ids).await?;
    let mut said: HashMap<_, _> = said.into_iter().filter_map(|it| Some((it.message_id, it.text?))).collect();
    let with_words = |message: Message| {
        let text = said.remove(&message.id).filter(|_| message.text.is_none()).or(message.text);
        (message.id, Message { text, ..message })
    };
    let rows: HashMap<_, _> = rows.into_iter().map(with_words).collect();
    let hits = found.iter().filter_map(|found| {
        let message = rows.get(&found.id)?;
        Some(HitBody::new(message, bodies.get(&message.conversation_id)?.clone(), question))
    });
    Ok((hits.collect(), next))
}
