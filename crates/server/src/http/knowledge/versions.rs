use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use switchboard_accounts::Permission;
use switchboard_bots::knowledge;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::VersionBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// List what something a bot knows said before
///
/// The newest first, without what it says now. Twenty versions of an item are kept, and of these as many as have two million
/// characters together.
#[utoipa::path(tag = "knowledge",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The item's id"),
        PageQuery),
    responses((status = 200, description = "A page of versions", body = Page<VersionBody>)))]
#[get("/api/bots/{id}/knowledge/{item_id}/versions")]
pub(super) async fn versions(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
    page: Query<PageQuery>,
) -> Result<Json<Page<VersionBody>>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let limit = page.limit()?;
    let parse = |text: &str| text.parse().map_err(|_| Problem::invalid("cursor", "is not a cursor"));
    let before = page.cursor.as_deref().map(parse).transpose()?;
    let (bot_id, item_id) = ids.into_inner();
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let versions = knowledge::versions(&mut tx.conn(), (tenant, bot_id, item_id), before, limit + 1).await?;
    Ok(Json(Page::from_rows(versions, limit, |it| it.number.to_string(), Into::into)))
}
