//! What bots can do besides answering: HTTP actions, and tools of MCP servers.

mod create;
mod delete;
mod list;
mod problems;
mod refresh;
mod try_out;
mod update;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(create::create)
        // Before those whose path would take its last word for an id.
        .service(try_out::try_out)
        .service(update::update)
        .service(delete::delete)
        .service(refresh::refresh);
}
