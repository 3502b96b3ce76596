//! Questions that bots could not answer.

mod list;
mod reopen;
mod resolve;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(resolve::resolve).service(reopen::reopen);
}
