//! The business's WhatsApp numbers.

mod disconnect;
mod doctor;
mod get;
mod list;
mod sync;
mod update;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(get::get)
        .service(update::update)
        .service(disconnect::disconnect)
        .service(doctor::doctor)
        .service(sync::read)
        .service(sync::request);
}
