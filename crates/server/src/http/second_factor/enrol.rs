use actix_web::{
    post,
    web::{Data, Json},
};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::PasswordBody;
use crate::http::{AppState, Authenticated, Problem};

#[derive(Serialize, ToSchema)]
struct EnrolmentBody {
    /// For a QR code
    #[schema(example = "otpauth://totp/Switchboard:ayse%40example.com?secret=…&issuer=Switchboard")]
    otpauth_url: String,
    /// The same for typing in: base32
    #[schema(format = Password)]
    secret: String,
}

/// Begin to set a second factor up
///
/// Give the answer to an authenticator app, then confirm with a code. Until then nothing changes at the sign-in.
#[utoipa::path(tag = "second factor", request_body = PasswordBody, responses(
    (status = 200, description = "What the app is to be given", body = EnrolmentBody),
    (status = 409, description = "`second_factor_on`: turn it off first", body = Problem,
        content_type = "application/problem+json"),
    (status = 422, description = "`wrong_password`", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/second-factor/enrol")]
pub(super) async fn enrol(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    Json(body): Json<PasswordBody>,
) -> Result<Json<EnrolmentBody>, Problem> {
    let enrolment = state.accounts.enrol_second_factor(&principal, &body.password.into()).await?;
    let otpauth_url = enrolment.otpauth_url.expose_secret().to_owned();
    Ok(Json(EnrolmentBody { otpauth_url, secret: enrolment.secret.expose_secret().to_owned() }))
}
