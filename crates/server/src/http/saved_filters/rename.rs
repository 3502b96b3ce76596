use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_inbox::saved_filters;
use switchboard_store::{Scope, Signal};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{SavedFilterBody, keeper};
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct NameBody {
    /// 1 to 60 characters
    name: String,
}

/// Rename a saved filter
///
/// Your own; everybody's, for who may manage the inbox.
#[utoipa::path(tag = "saved filters", request_body = NameBody,
    params(("id" = Uuid, Path, description = "The saved filter's id")),
    responses((status = 200, description = "The saved filter as it is now", body = SavedFilterBody)))]
#[patch("/api/saved-filters/{id}")]
pub(super) async fn rename(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<NameBody>,
) -> Result<Json<SavedFilterBody>, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let now = state.clock.now();
    let kept = saved_filters::rename(&mut tx.conn(), now, keeper(principal), *id, &body.name).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(kept.into()))
}
