use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use uuid::Uuid;

use super::wire::TemplatesBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a number's templates from Meta
#[utoipa::path(tag = "templates", params(("id" = Uuid, Path, description = "The number's id")),
    responses(
        (status = 200, description = "The templates as they are now", body = TemplatesBody),
        (status = 409, description = "`meta_refused`: Meta did not tell; `number_disconnected`", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/numbers/{id}/templates/sync")]
pub(super) async fn sync(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<TemplatesBody>, Problem> {
    let tenant = who.require(Permission::Reply)?.tenant;
    Ok(Json(state.templates.read(tenant, *id).await?.into()))
}
