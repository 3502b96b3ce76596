use actix_web::{HttpResponse, post, web::Data};

use crate::http::{AppState, Authenticated, Problem};

/// Send the mail that proves your address again
#[utoipa::path(tag = "auth", responses(
    (status = 202, description = "The mail is on its way"),
    (status = 409, description = "`already_verified`, or `mail_off`: this installation sends no mail", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/verify-email/resend")]
pub(super) async fn resend_verification(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<HttpResponse, Problem> {
    state.accounts.resend_verification(&principal).await?;
    Ok(HttpResponse::Accepted().finish())
}
