//! What bots would say today to what customers said once.

mod delete;
mod get;
mod list;
mod problems;
mod results;
mod start;
mod stop;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(start::start)
        .service(list::list)
        .service(get::get)
        .service(results::results)
        .service(stop::stop)
        .service(delete::delete);
}
