//! Where Meta posts to.

mod handshake;
mod receive;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(handshake::handshake).service(receive::receive);
}
