//! The contract, and a page to read it. The page is our own: it loads nothing from elsewhere, so it works without the
//! Internet and under the strict content security policy.

use std::future::ready;

use actix_web::{
    HttpResponse,
    http::header::{self, ContentType},
    mime,
    web::{Bytes, ServiceConfig, get},
};
use utoipa::openapi::OpenApi;

/// Browsers may keep the page's parts that long.
const KEEP: (header::HeaderName, &str) = (header::CACHE_CONTROL, "max-age=3600");

const HTML: &str = include_str!("../../pages/docs.html");
const SCRIPT: &str = include_str!("../../pages/docs.js");
const STYLE: &str = include_str!("../../pages/docs.css");

/// Mounts the document and the page.
pub(super) fn configure(document: &OpenApi) -> impl FnOnce(&mut ServiceConfig) + use<> {
    let document = Bytes::from(document.to_json().expect("the document is JSON"));
    move |config| {
        config
            .route("/api/openapi.json", get().to(move || ready(answer(ContentType::json(), document.clone()))))
            .route("/docs", get().to(async || answer(ContentType::html(), Bytes::from_static(HTML.as_bytes()))))
            .route("/docs.js", get().to(async || part(ContentType(mime::APPLICATION_JAVASCRIPT_UTF_8), SCRIPT)))
            .route("/docs.css", get().to(async || part(ContentType(mime::TEXT_CSS_UTF_8), STYLE)));
    }
}

fn answer(content_type: ContentType, body: Bytes) -> HttpResponse {
    HttpResponse::Ok().insert_header(content_type).body(body)
}

fn part(content_type: ContentType, body: &'static str) -> HttpResponse {
    HttpResponse::Ok().insert_header(content_type).insert_header(KEEP).body(body)
}
