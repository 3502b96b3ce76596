use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_inbox::labels;
use switchboard_store::{LabelColour, Scope, Signal};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::LabelBody;
use crate::http::{AppState, Authenticated, Problem, Valid};

/// What is left out stays as it is.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct LabelPatch {
    /// 1 to 40 characters; no two labels have the same
    name: Option<String>,
    /// `grey`, `red`, `yellow`, `green`, `teal`, `blue`, `pink` or `brown`
    #[schema(value_type = Option<String>)]
    colour: Option<LabelColour>,
}

/// Change a label
///
/// Wherever it is.
#[utoipa::path(tag = "labels", request_body = LabelPatch, params(("id" = Uuid, Path, description = "The label's id")),
    responses(
        (status = 200, description = "The label as it is now", body = LabelBody),
        (status = 409, description = "`name_taken`", body = Problem, content_type = "application/problem+json"),
    ))]
#[patch("/api/labels/{id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<LabelPatch>,
) -> Result<Json<LabelBody>, Problem> {
    let tenant = who.require(Permission::ManageInbox)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let name = body.name.as_deref();
    let label = labels::update(&mut tx.conn(), state.clock.now(), tenant, *id, name, body.colour).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(label.into()))
}
