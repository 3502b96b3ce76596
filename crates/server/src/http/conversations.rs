//! The inbox: conversations, their messages, and who is in control.

mod counts;
mod get;
mod handback;
pub(super) mod list;
mod messages;
mod organise;
mod passages;
mod problems;
mod read;
mod send;
mod summary;
mod takeover;
mod tool_calls;
mod transcribe;
mod translate_draft;
mod translate_message;
mod typing;
pub(super) mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use passages::PassageBody;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(organise::organise_many)
        // Before what takes an id in that place.
        .service(counts::counts)
        .service(get::get)
        .service(organise::organise)
        .service(messages::messages)
        .service(passages::passages)
        .service(tool_calls::tool_calls)
        .service(summary::summary)
        .service(send::send)
        .service(transcribe::transcribe)
        .service(translate_message::translate_message)
        .service(translate_draft::translate_draft)
        .service(takeover::takeover)
        .service(handback::handback)
        .service(read::read)
        .service(typing::typing);
}
