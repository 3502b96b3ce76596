//! The business itself.

mod delete;
mod download_export;
mod exports;
mod get;
mod request_export;
mod update;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get::get)
        .service(update::update)
        .service(delete::delete)
        .service(request_export::request_export)
        .service(exports::exports)
        .service(download_export::download_export);
}
