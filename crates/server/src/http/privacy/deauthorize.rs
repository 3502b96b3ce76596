use actix_web::{
    HttpResponse, post,
    web::{Bytes, Data},
};

use super::signed::{SignedForm, verified};
use crate::http::{AppState, Problem};

/// Take that a person has removed the app
///
/// Enter the address in the Meta app's dashboard as its deauthorize callback. Every account that the person had connected
/// waits for somebody to connect it again.
#[utoipa::path(tag = "webhooks", security(()),
    request_body(content = SignedForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Noted"),
        (status = 400, description = "`malformed`: no signed request, or one that has expired", body = Problem,
            content_type = "application/problem+json"),
        (status = 401, description = "`bad_signature`: Meta has not signed it", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/webhooks/meta/deauthorize")]
pub(super) async fn deauthorize(state: Data<AppState>, form: Bytes) -> Result<HttpResponse, Problem> {
    let request = verified(&state.config.meta.app_secrets, &form)?;
    state.onboarding.deauthorised(&request).await?;
    Ok(HttpResponse::Ok().finish())
}
