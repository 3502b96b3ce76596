use actix_web::{
    HttpResponse, get,
    http::header::ContentType,
    web::{Data, Query},
};
use serde::Deserialize;
use switchboard_store::deletion_request::DeletionRequest;

use super::html;
use crate::http::{AppState, Problem};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct StatusQuery {
    /// The confirmation code
    code: String,
}

/// Show how a deletion stands
#[utoipa::path(tag = "webhooks", security(()), params(StatusQuery), responses(
    (status = 200, description = "A page for people", body = String, content_type = "text/html"),
    (status = 404, description = "`not_found`: no request has this code", body = Problem,
        content_type = "application/problem+json"),
))]
#[get("/data-deletion")]
pub(super) async fn status(state: Data<AppState>, query: Query<StatusQuery>) -> Result<HttpResponse, Problem> {
    let request = state.onboarding.deletion(&query.code).await?.ok_or_else(Problem::not_found)?;
    let page = html::page("Deletion of your data", &html::body(&text(request)));
    Ok(HttpResponse::Ok().insert_header(ContentType::html()).body(page))
}

fn text(request: DeletionRequest) -> String {
    let asked = request.requested_at.to_rfc3339();
    let state = match request.completed_at {
        Some(at) => format!(
            "It is done since {}. The permissions you gave for {} WhatsApp account(s) and your id at Meta were destroyed.",
            at.to_rfc3339(),
            request.accounts
        ),
        None => "It is under way.".to_owned(),
    };
    format!("# Deletion of your data\n\nYou asked for it on {asked}.\n\n{state}")
}
