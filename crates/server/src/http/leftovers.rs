//! What Meta posted and nobody understood.

mod list;
mod replay;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(replay::replay);
}
