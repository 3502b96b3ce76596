//! Lists of conversations that people have put together.

mod create;
mod delete;
mod list;
mod problems;
mod rename;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(create::create).service(rename::rename).service(delete::delete);
}
