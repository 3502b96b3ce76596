use actix_web::{HttpResponse, get, web::Data};

use crate::http::AppState;

/// Tell what was measured
///
/// In Prometheus' text format. Holds no customer's data; keep it from the public all the same.
#[utoipa::path(tag = "operation", security(()),
    responses((status = 200, description = "Metrics", content_type = "text/plain", body = String)))]
#[get("/metrics")]
pub(super) async fn metrics(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(state.metrics.render())
}
