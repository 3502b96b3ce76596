//! The pages' files, built into the program.

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "pages/"]
struct Pages;

/// Scripts and styles come from here alone, and nothing is written inside of the pages.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob: https: http:; media-src 'self' https: http:; \
    base-uri 'none'; object-src 'none'";

/// `/`, `/phone`, `/assets/…`, and the JavaScript SDK where Meta has it.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(index))
        .route("/phone", web::get().to(phone))
        .route(r"/{locale:[a-z]{2}_[A-Z]{2}}/sdk.js", web::get().to(sdk))
        .route("/assets/{file}", web::get().to(asset));
}

async fn index() -> HttpResponse {
    file("index.html")
}

async fn phone() -> HttpResponse {
    file("phone.html")
}

/// Pages of any site load it, with `crossorigin`.
async fn sdk() -> HttpResponse {
    let mut answer = file("sdk.js");
    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
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
