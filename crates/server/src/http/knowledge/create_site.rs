use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::KnowledgeKind;
use uuid::Uuid;

use super::{address::AddressFields, wire::KnowledgeBody};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Teach a bot from a whole site
///
/// The site's sitemaps are read in the background: those that its `robots.txt` names, else `/sitemap.xml`, or the one whose address
/// is given. Each page they name, of this site alone and below the path that is given, becomes an item of its own: 500 at most,
/// read one after another, with a pause between. When the site is read again, new pages come, and those that the sitemap does
/// not name any more go.
#[utoipa::path(tag = "knowledge", params(("id" = Uuid, Path, description = "The bot's id")),
    request_body = AddressFields, responses(
        (status = 201, description = "The item, which waits to be read", body = KnowledgeBody),
        (status = 409, description = "`knowledge_full`: the bot knows as much as it can; `known_already`: it \
            reads this address", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/knowledge/sites")]
pub(super) async fn create_site(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<AddressFields>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    body.add(&state, tenant, *bot_id, KnowledgeKind::Site).await
}
