//! What a business keeps of each of its customers.

mod create;
mod delete;
mod list;
mod problems;
mod update;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(create::create).service(update::update).service(delete::delete);
}
