//! Files of messages: attached by people, and what customers sent.

mod delete;
mod get;
mod problems;
mod retry;
mod upload;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use wire::MediaBody;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(upload::upload).service(get::get).service(delete::delete).service(retry::retry);
}
