use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, Signal, media};
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Delete a file that was not sent
#[utoipa::path(tag = "media", params(("id" = Uuid, Path, description = "The file's id")),
    responses(
        (status = 204, description = "It is deleted"),
        (status = 409, description = "`media_in_use`: a message has it", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[delete("/api/media/{id}")]
pub(super) async fn delete(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::Reply)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    media::get(&mut tx.conn(), tenant, *id).await?.ok_or_else(Problem::not_found)?;
    if !media::drop_unused(&mut tx.conn(), tenant, *id, state.clock.now()).await? {
        return Err(Problem::conflict("media_in_use", "a message has this file, or it is deleted already"));
    }
    tx.commit().await?;
    state.notifier.notify(Signal::Media);
    Ok(HttpResponse::NoContent().finish())
}
