//! A mail server that delivers nowhere: what it is given can be read here.

mod handlers;
mod log;
mod pages;
mod smtp;

use actix_web::web;

pub(crate) use log::MailLog;
pub(crate) use smtp::listen;

/// `/mails`, which people look at, and `/sim/mails…`, which programs do.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/mails", web::get().to(handlers::page))
        .route("/mails/{n}", web::get().to(handlers::one))
        .route("/sim/mails", web::get().to(handlers::list))
        .route("/sim/mails/refusals", web::put().to(handlers::refuse));
}
