use actix_web::{HttpResponse, post, web::Data};

use crate::http::{AppState, Authenticated, Problem};

/// Stop acting in a business
///
/// With the access token that `impersonate` gave, which ends. 404: the token is of no such visit.
#[utoipa::path(tag = "platform", responses(
    (status = 204, description = "Ended"),
    (status = 404, description = "`not_found`: there is no visit to end", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/platform/impersonation/end")]
pub(super) async fn end_visit(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<HttpResponse, Problem> {
    state.accounts.end_impersonation(&principal).await?;
    Ok(HttpResponse::NoContent().finish())
}
