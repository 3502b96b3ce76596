//! Who works for the business.

mod change_role;
mod list;
mod remove;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(change_role::change_role).service(remove::remove);
}
