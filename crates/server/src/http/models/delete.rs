use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_store::Scope;

use super::wire::ModelPlace;
use crate::http::{AppState, Authenticated, Problem};

/// Have a server of the business's own asked no more
///
/// Its key is gone. Where no other is left, the installation's are asked.
#[utoipa::path(tag = "models", params(("place" = String, Path, description = "`main` or `fallback`")),
    responses((status = 204, description = "Gone")))]
#[delete("/api/models/{place}")]
pub(super) async fn delete(
    state: Data<AppState>,
    who: Authenticated,
    place: Path<ModelPlace>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageTenant)?;
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let conn = &mut tx.conn();
    state.bots.models.remove(conn, principal.tenant, place.position()).await?;
    let detail = json!({ "place": *place });
    audit::record(conn, principal.into(), state.clock.now(), "models.removed", None, detail).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
