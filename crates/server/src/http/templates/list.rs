use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use uuid::Uuid;

use super::wire::TemplatesBody;
use crate::http::{AppState, Authenticated, Problem};

/// List a number's templates
///
/// Those of the account the number belongs to. They are read from Meta now and then, and kept true by its webhooks
/// meanwhile.
#[utoipa::path(tag = "templates", params(("id" = Uuid, Path, description = "The number's id")),
    responses(
        (status = 200, description = "The templates, by name and language", body = TemplatesBody),
        (status = 409, description = "`meta_refused`: Meta did not tell, and nothing was known; `number_disconnected`",
            body = Problem, content_type = "application/problem+json"),
    ))]
#[get("/api/numbers/{id}/templates")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<TemplatesBody>, Problem> {
    let tenant = who.require(Permission::ViewNumbers)?.tenant;
    Ok(Json(state.templates.list(tenant, *id).await?.into()))
}
