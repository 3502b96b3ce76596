//! Looking at mails.

use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::pages;
use crate::sync::lock;
use crate::world::World;

/// Links and inline styles work; nothing is loaded and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'";

/// Which mails.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailsQuery {
    /// Only those after this `n`.
    after: Option<u64>,
    /// Only those to this address.
    to: Option<String>,
}

/// `GET /sim/mails?after=&to=` → `{items}`: the mails that were taken, each
/// `{n, at, from, to, subject, text, html}`.
pub(super) async fn list(world: web::Data<World>, query: web::Query<MailsQuery>) -> HttpResponse {
    let items = lock(&world.mails).find(query.after.unwrap_or(0), query.to.as_deref());
    HttpResponse::Ok().json(json!({"items": items}))
}

/// What is to go wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusals {
    /// Of SMTP, such as 451 or 550.
    code: u16,
    times: u32,
}

/// `PUT /sim/mails/refusals` `{code, times}`: the next mails are answered with this code.
pub(super) async fn refuse(world: web::Data<World>, body: web::Json<Refusals>) -> HttpResponse {
    lock(&world.mails).refuse(body.code, body.times);
    HttpResponse::NoContent().finish()
}

/// `GET /mails`
pub(super) async fn page(world: web::Data<World>) -> HttpResponse {
    html(pages::list(&lock(&world.mails).find(0, None)))
}

/// `GET /mails/{n}`: a mail as its HTML has it.
pub(super) async fn one(world: web::Data<World>, n: web::Path<u64>) -> HttpResponse {
    match lock(&world.mails).get(*n) {
        Some(mail) => html(mail.html),
        None => HttpResponse::NotFound().finish(),
    }
}

fn html(page: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(page)
}
