//! Templates: what may be sent when the service window is closed.

mod list;
mod sync;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(sync::sync);
}
