//! What is known of a customer.

mod get;
mod problems;
mod update;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get::get).service(update::update);
}
