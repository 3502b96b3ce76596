//! For whoever runs the installation: is it alive, is it ready, what does it measure.

mod health;
mod metrics;
mod ready;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use ready::Readiness;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(health::health).service(ready::ready).service(metrics::metrics);
}
