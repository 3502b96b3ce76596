use actix_web::{get, web::Json};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
struct Health {
    /// Always `ok`: a process that can answer is alive
    #[schema(value_type = String, example = "ok")]
    status: &'static str,
}

/// Tell that the process is alive
///
/// Says nothing of the database: restarting the process would not mend it.
#[utoipa::path(tag = "operation", security(()), responses((status = 200, description = "Alive", body = Health)))]
#[get("/health")]
pub(super) async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}
