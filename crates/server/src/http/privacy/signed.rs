//! The form that Meta posts.

use actix_web::{http::StatusCode, web::Bytes};
use switchboard_crypto::{AppSecrets, SignedRequest, signed_request};
use url::form_urlencoded;
use utoipa::ToSchema;

use crate::http::Problem;

/// What Meta posts.
#[derive(ToSchema)]
#[expect(dead_code, reason = "tells the document what the form is like")]
pub(super) struct SignedForm {
    /// `base64url(signature).base64url(JSON)`, signed with the app's secret
    signed_request: String,
}

/// The request in the form, if Meta has signed it.
pub(super) fn verified(secrets: &AppSecrets, form: &Bytes) -> Result<SignedRequest, Problem> {
    let field = form_urlencoded::parse(form).find(|(name, _)| name == "signed_request");
    let (_, text) = field.ok_or_else(|| Problem::malformed("the form has no signed_request"))?;
    signed_request::parse(secrets, &text).map_err(|error| {
        Problem::new(StatusCode::UNAUTHORIZED, "bad_signature", "The signature is missing or wrong")
            .detail(error.to_string())
    })
}
