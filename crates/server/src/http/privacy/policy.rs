use actix_web::{HttpResponse, get, http::header::ContentType, web::Data};

use super::html;
use crate::http::{AppState, Problem};

/// Shown until the owner of the installation writes their own.
const DEFAULT: &str = include_str!("../../../pages/privacy.md");

/// Show the privacy policy
///
/// The text is the file that `PRIVACY_PAGE` names; a change of it shows at once.
#[utoipa::path(tag = "operation", security(()),
    responses((status = 200, description = "A page for people", body = String, content_type = "text/html")))]
#[get("/privacy")]
pub(super) async fn policy(state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let text = match &state.config.privacy_page {
        Some(path) => tokio::fs::read_to_string(path).await.map_err(Problem::internal)?,
        None => DEFAULT.to_owned(),
    };
    let page = html::page("Privacy policy", &html::body(&text));
    Ok(HttpResponse::Ok().insert_header(ContentType::html()).body(page))
}
