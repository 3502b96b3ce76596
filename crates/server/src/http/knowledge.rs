//! What bots know.

mod address;
mod create;
mod create_file;
mod create_page;
mod create_site;
mod delete;
mod get;
mod list;
mod problems;
mod refresh;
mod restore;
mod update;
mod version;
mod versions;
mod wire;

use switchboard_accounts::Principal;
use switchboard_bots::knowledge::Writer;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(create::create)
        .service(create_file::create_file)
        .service(create_page::create_page)
        .service(create_site::create_site)
        .service(refresh::refresh)
        .service(get::get)
        .service(update::update)
        .service(delete::delete)
        .service(versions::versions)
        .service(version::version)
        .service(restore::restore);
}

fn writer(principal: &Principal) -> Writer {
    Writer { actor: principal.actor, id: principal.actor_id() }
}
