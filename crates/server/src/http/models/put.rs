use actix_web::{
    put,
    web::{Data, Json, Path},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_bots::tools::without_values;
use switchboard_store::Scope;

use super::wire::{ModelPlace, ModelServerBody, ModelServerFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Have a server of the business's own asked
///
/// From the next answer on, instead of the installation's. The key is stored encrypted, and nobody can read it.
#[utoipa::path(tag = "models", params(("place" = String, Path, description = "`main` or `fallback`")),
    request_body = ModelServerFields,
    responses((status = 200, description = "The server as it is now", body = ModelServerBody)))]
#[put("/api/models/{place}")]
pub(super) async fn put(
    state: Data<AppState>,
    who: Authenticated,
    place: Path<ModelPlace>,
    Valid(body): Valid<ModelServerFields>,
) -> Result<Json<ModelServerBody>, Problem> {
    let principal = who.require(Permission::ManageTenant)?;
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let conn = &mut tx.conn();
    let server = state.bots.models.put(conn, principal.tenant, place.position(), body.into()).await?;
    let base_url = without_values(&server.base_url);
    let detail = json!({ "place": *place, "base_url": base_url, "answering": server.answering });
    audit::record(conn, principal.into(), state.clock.now(), "models.changed", None, detail).await?;
    tx.commit().await?;
    Ok(Json(ModelServerBody::new(server, None)))
}
