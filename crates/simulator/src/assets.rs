//! The pages' files, built into the program.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "pages/"]
struct Pages;

/// Scripts and styles come from here alone, and nothing is written inside of the pages.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob: https: http:; media-src 'self' https: http:; \
    base-uri 'none'; object-src 'none'";

/// `/`, `/phone` and `/assets/…`.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(index))
        .route("/phone", web::get().to(phone))
        .route("/assets/{file}", web::get().to(asset));
}

async fn index() -> HttpResponse {
    file("index.html")
}

async fn phone() -> HttpResponse {
    file("phone.html")
}

async fn asset(name: web::Path<String>) -> HttpResponse {
    file(&name)
}

fn file(name: &str) -> HttpResponse {
    let Some(page) = Pages::get(name) else {
        return HttpResponse::NotFound().finish();
    };
    let content_type = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(page.data.into_owned())
}
