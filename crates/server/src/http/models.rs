//! The models a business has asked for itself, and what it uses of any.

mod budget;
mod check;
mod delete;
mod get;
mod problems;
mod put;
mod usage;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get::get)
        // Before those whose path would take its last word for a place.
        .service(budget::budget)
        .service(usage::usage)
        .service(put::put)
        .service(delete::delete)
        .service(check::check);
}
