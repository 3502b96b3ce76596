use actix_web::{HttpResponse, post, web::Data};

use super::wire::ExportBody;
use crate::http::{AppState, Authenticated, Problem};

/// Ask for an archive of all that the business has
///
/// An owner's alone. It is made in the background: a ZIP of JSON lines, one file for each kind of thing, without secrets.
#[utoipa::path(tag = "tenant", responses(
    (status = 202, description = "It is being made", body = ExportBody),
    (status = 409, description = "`export_running`: one is being made already", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/tenant/export")]
pub(super) async fn request_export(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<HttpResponse, Problem> {
    let export = state.accounts.request_export(&principal).await?;
    Ok(HttpResponse::Accepted().json(ExportBody::from(export)))
}
