//! Notes: what colleagues write to each other beside a conversation.

mod create;
mod delete;
mod list;
mod mark_read;
mod problems;
mod update;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(create::create)
        .service(update::update)
        .service(delete::delete)
        .service(mark_read::mark_read);
}
