//! The inbox: conversations, their messages, and who is in control.

mod get;
mod handback;
mod list;
mod messages;
mod passages;
mod problems;
mod read;
mod send;
mod takeover;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(get::get)
        .service(messages::messages)
        .service(passages::passages)
        .service(send::send)
        .service(takeover::takeover)
        .service(handback::handback)
        .service(read::read);
}
