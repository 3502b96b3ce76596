use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::KnowledgeKind;
use uuid::Uuid;

use super::{address::AddressFields, wire::KnowledgeBody};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Teach a bot from a web page
///
/// The page is read in the background, as its site's `robots.txt` allows, and never from an address that is not public; read the
/// item to see how far it is. Then it is read again as often as `schedule` says. Where it cannot be read, the item says why, and
/// what was read before stays.
#[utoipa::path(tag = "knowledge", params(("id" = Uuid, Path, description = "The bot's id")),
    request_body = AddressFields, responses(
        (status = 201, description = "The item, which waits to be read", body = KnowledgeBody),
        (status = 409, description = "`knowledge_full`: the bot knows as much as it can; `known_already`: it \
            reads this address", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/knowledge/pages")]
pub(super) async fn create_page(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<AddressFields>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    body.add(&state, tenant, *bot_id, KnowledgeKind::Page).await
}
