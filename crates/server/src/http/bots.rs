//! Bots.

mod create;
mod delete;
mod get;
mod list;
mod problems;
mod search;
mod try_out;
mod update;
mod wire;

pub(super) use wire::{FoundPassageBody, MadeBody};

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(create::create)
        .service(get::get)
        .service(update::update)
        .service(delete::delete)
        .service(try_out::try_out)
        .service(search::search);
}
