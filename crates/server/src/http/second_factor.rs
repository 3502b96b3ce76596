//! A person's second factor: an authenticator app, and recovery codes.

mod confirm;
mod disable;
mod enrol;
mod get;
mod recovery_codes;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get::get)
        .service(enrol::enrol)
        .service(confirm::confirm)
        .service(disable::disable)
        .service(recovery_codes::renew);
}
