//! Changing passwords, known and forgotten.

mod change;
mod forgot;
mod reset;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(change::change).service(forgot::forgot).service(reset::reset);
}
