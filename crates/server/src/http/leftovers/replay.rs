use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, Signal, leftover};
use switchboard_webhook::leftovers;
use uuid::Uuid;

use super::wire::LeftoverBody;
use crate::http::{AppState, Authenticated, Problem};

/// Try again to understand it
///
/// It is dispatched once more, as if it had just arrived: after an upgrade, or after its number has been connected. What
/// was understood of it before is not done twice.
#[utoipa::path(tag = "leftovers", params(("id" = Uuid, Path, description = "The leftover's id")),
    responses((status = 202, description = "It will be dispatched", body = LeftoverBody)))]
#[post("/api/webhooks/leftovers/{id}/replay")]
pub(super) async fn replay(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageNumbers)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    leftovers::replay(&mut tx.conn(), state.clock.now(), tenant, *id).await?;
    let replayed = leftover::get(&mut tx.conn(), tenant, *id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    state.notifier.notify(Signal::Delivery);
    Ok(HttpResponse::Accepted().json(LeftoverBody::from(replayed)))
}
