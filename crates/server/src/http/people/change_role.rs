use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_store::Role;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::PersonBody;
use crate::http::{AppState, Authenticated, Problem};

#[derive(Deserialize, ToSchema)]
struct RolePatch {
    /// `owner`, `admin`, `operator` or `viewer`; none that may do more than you may
    #[schema(value_type = String, example = "admin")]
    role: Role,
}

/// Give somebody another role
///
/// It counts at once, at other replicas within 15 seconds.
#[utoipa::path(tag = "people", request_body = RolePatch, params(("id" = Uuid, Path, description = "The person's id")),
    responses(
        (status = 200, description = "The person as they are now", body = PersonBody),
        (status = 403, description = "`forbidden`, or `role_too_strong`: it may do more than you may", body = Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "`last_owner`: a business keeps at least one", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[patch("/api/people/{id}")]
pub(super) async fn change_role(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Json(body): Json<RolePatch>,
) -> Result<Json<PersonBody>, Problem> {
    let principal = who.require(Permission::ManagePeople)?;
    Ok(Json(state.accounts.change_role(principal, *id, body.role).await?.into()))
}
