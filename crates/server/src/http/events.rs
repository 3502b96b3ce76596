//! Live events, for whoever watches.

mod follow;
mod stream;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(follow::follow);
}
