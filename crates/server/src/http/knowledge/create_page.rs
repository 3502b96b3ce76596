use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_bots::{knowledge, pages};
use switchboard_store::{Scope, bot};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::KnowledgeBody;
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
struct PageFields {
    /// Up to 2,000 characters; without a scheme it is `https`
    #[garde(length(chars, min = 1, max = 2000))]
    #[schema(example = "https://example.com/about")]
    url: String,
}

/// Teach a bot from a web page
///
/// The page is read at once, as its site's `robots.txt` allows, and never from an address that is not public. Where it
/// cannot be read, the item says why, and can be read again.
#[utoipa::path(tag = "knowledge", params(("id" = Uuid, Path, description = "The bot's id")),
    request_body = PageFields, responses(
        (status = 201, description = "The item", body = KnowledgeBody),
        (status = 409, description = "`knowledge_full`: the bot knows as much as it can", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/knowledge/pages")]
pub(super) async fn create_page(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<PageFields>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let url = pages::parse_url(&body.url);
    let url = url.ok_or_else(|| Problem::invalid("url", "must be an address of the web, without a password in it"))?;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    bot::get(&mut tx.conn(), tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let read = state.pages.read(&url).await;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let added = knowledge::add_page(&mut tx.conn(), state.clock.now(), tenant, *bot_id, url.as_str(), read).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(KnowledgeBody::from(added)))
}
