use actix_web::{
    post,
    web::{Bytes, Data, Json},
};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use super::signed::{SignedForm, verified};
use crate::http::{AppState, Problem};

#[derive(Serialize, ToSchema)]
struct DataDeletionBody {
    /// Where the person sees how the deletion stands
    url: String,
    confirmation_code: String,
}

/// Delete what is known of a person
///
/// Enter the address in the Meta app's dashboard as its data deletion callback. Destroys the person's id at Meta and the
/// permissions they gave.
#[utoipa::path(tag = "webhooks", security(()),
    request_body(content = SignedForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Deleted", body = DataDeletionBody),
        (status = 400, description = "`malformed`: no signed request, or one that has expired", body = Problem,
            content_type = "application/problem+json"),
        (status = 401, description = "`bad_signature`: Meta has not signed it", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/webhooks/meta/data-deletion")]
pub(super) async fn delete_data(state: Data<AppState>, form: Bytes) -> Result<Json<DataDeletionBody>, Problem> {
    let request = verified(&state.config.meta.app_secrets, &form)?;
    let code = state.onboarding.delete_person(&request).await?;
    let mut url = state.config.public_url.clone();
    url.set_path("/data-deletion");
    url.query_pairs_mut().append_pair("code", code.expose_secret());
    Ok(Json(DataDeletionBody { url: url.into(), confirmation_code: code.expose_secret().to_owned() }))
}
