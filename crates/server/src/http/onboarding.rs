//! Connecting WhatsApp: Embedded Signup, by redirect or by the JavaScript SDK.

mod callback;
mod complete;
mod connect;
mod granted;
mod problems;
mod reauthorise;
mod recover;
mod report;
mod retry;
mod start;
mod status;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(start::start)
        .service(callback::callback)
        .service(complete::complete)
        .service(report::report)
        .service(reauthorise::reauthorise)
        .service(retry::retry)
        .service(recover::recover)
        .service(granted::granted)
        .service(connect::connect)
        .service(status::status);
}
