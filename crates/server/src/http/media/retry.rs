use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, Signal, media};
use uuid::Uuid;

use super::MediaBody;
use crate::http::{AppState, Authenticated, Problem};

/// Fetch a file once more
///
/// For a file of a customer's that could not be fetched from WhatsApp.
#[utoipa::path(tag = "media", params(("id" = Uuid, Path, description = "The file's id")),
    responses(
        (status = 200, description = "It is being fetched", body = MediaBody),
        (status = 409, description = "`media_not_failed`", body = Problem, content_type = "application/problem+json"),
    ))]
#[post("/api/media/{id}/retry")]
pub(super) async fn retry(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<MediaBody>, Problem> {
    let tenant = who.require(Permission::Reply)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    media::get(conn, tenant, *id).await?.ok_or_else(Problem::not_found)?;
    if !media::retry(conn, tenant, *id, state.clock.now()).await? {
        return Err(Problem::conflict("media_not_failed", "only what could not be fetched is fetched again"));
    }
    let media = media::get(conn, tenant, *id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    state.notifier.notify(Signal::Media);
    Ok(Json(media.into()))
}
