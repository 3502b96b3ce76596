use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::crawling;
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use super::wire::KnowledgeBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a web page or a site again
///
/// It is read in the background; read the item to see how far it is. Of a site, the sitemap is read and then each page. The
/// next answer knows what is new. Where it cannot be read, what was read before stays, and the item says why.
#[utoipa::path(tag = "knowledge",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The item's id")),
    responses(
        (status = 202, description = "The item, which waits to be read", body = KnowledgeBody),
        (status = 409, description = "`no_page`: it is no web page and no site", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/knowledge/{item_id}/refresh")]
pub(super) async fn refresh(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let (bot_id, item_id) = ids.into_inner();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    crawling::read_again(conn, tenant, bot_id, item_id).await?;
    let body = KnowledgeBody::load(conn, tenant, bot_id, item_id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Crawl);
    Ok(HttpResponse::Accepted().json(body))
}
