use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_bots::playground;
use uuid::Uuid;

use super::wire::FoundPassageBody;
use crate::http::{AppState, Authenticated, Page, Problem};

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// What a customer would ask: up to 1,000 characters; nothing finds nothing
    #[serde(default)]
    #[garde(length(chars, max = 1000))]
    q: String,
}

/// Search what a bot knows
///
/// What it would find for a question, the best first, with scores. Without a model, it would answer the one that is
/// `used`, word for word.
#[utoipa::path(tag = "bots", params(("id" = Uuid, Path, description = "The bot's id"), SearchQuery),
    responses((status = 200, description = "What it would find", body = Page<FoundPassageBody>)))]
#[get("/api/bots/{id}/search")]
pub(super) async fn search(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    query: Query<SearchQuery>,
) -> Result<Json<Page<FoundPassageBody>>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    query.validate()?;
    let found = playground::search(&state.bots, tenant, *id, &query.q).await?;
    Ok(Json(Page::whole(found.into_iter().map(FoundPassageBody::from))))
}
