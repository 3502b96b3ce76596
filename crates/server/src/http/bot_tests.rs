//! What businesses expect of their bots, and whether it comes.

mod create;
mod delete;
mod get;
mod list;
mod problems;
mod run;
mod runs;
mod start;
mod update;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(create::create)
        // Before those whose path would take its last word for an id.
        .service(start::start)
        .service(get::get)
        .service(update::update)
        .service(delete::delete)
        .service(runs::runs)
        .service(run::run);
}
