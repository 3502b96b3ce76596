//! The dashboard: pages of our own that load nothing from elsewhere.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::header::{CacheControl, CacheDirective, ETag, EntityTag, Header, IfNoneMatch},
    mime::{self, Mime},
    web::{Bytes, Data, Path, ServiceConfig, get},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rust_embed::{Embed, EmbeddedFile};

use super::{AppState, problem::Problem};

#[derive(Embed)]
#[folder = "pages/app"]
struct Files;

const PAGE: &str = "app.html";
/// Where the page tells its scripts that this is a demo, and where to ask about it.
const DEMO_PLACE: &str = "<!-- switchboard:demo -->";
const DEMO_META: &str = r#"<meta name="switchboard-demo" content="/api/demo">"#;

/// Mounts the page and its parts.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.route("/", get().to(page)).route("/assets/app/{path:.+}", get().to(part)).route("/api/demo", get().to(demo));
}

/// Who may sign in to a demo, and where its stand-in for Meta is. There is nothing here outside a demo.
async fn demo(state: Data<AppState>) -> HttpResponse {
    match &state.config.demo {
        Some(demo) => HttpResponse::Ok().json(demo),
        None => Problem::not_found().error_response(),
    }
}

async fn page(state: Data<AppState>) -> HttpResponse {
    let Some(file) = Files::get(PAGE) else { return Problem::not_found().error_response() };
    let html = String::from_utf8_lossy(&file.data);
    let html = html.replace(DEMO_PLACE, if state.config.demo.is_some() { DEMO_META } else { "" });
    HttpResponse::Ok().content_type(mime::TEXT_HTML_UTF_8).insert_header(recheck()).body(html)
}

async fn part(request: HttpRequest, path: Path<String>) -> HttpResponse {
    let Some((file, content_type)) = Files::get(&path).zip(content_type(&path)) else {
        return Problem::not_found().error_response();
    };
    let tag = entity_tag(&file);
    if is_known(&request, &tag) {
        return HttpResponse::NotModified().insert_header(ETag(tag)).insert_header(recheck()).finish();
    }
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header(ETag(tag))
        .insert_header(recheck())
        .body(Bytes::from(file.data.into_owned()))
}

/// The parts name each other without a version, so a browser must not mix those of two releases.
fn recheck() -> CacheControl {
    CacheControl(vec![CacheDirective::NoCache])
}

/// Weak, for the same file goes out compressed in several ways.
fn entity_tag(file: &EmbeddedFile) -> EntityTag {
    EntityTag::new_weak(URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash()))
}

fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|it| it.weak_eq(tag)),
        Err(_) => false,
    }
}

/// `None` for what is not a part of the page: the page itself has a route of its own.
fn content_type(path: &str) -> Option<Mime> {
    match path.rsplit_once('.')?.1 {
        "js" => Some(mime::APPLICATION_JAVASCRIPT_UTF_8),
        "css" => Some(mime::TEXT_CSS_UTF_8),
        "svg" => Some(mime::IMAGE_SVG),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_page_has_one_place_for_the_demo_and_names_only_parts_that_are_there() {
        let file = Files::get(PAGE).unwrap();
        let html = std::str::from_utf8(&file.data).unwrap();
        assert_eq!(html.matches(DEMO_PLACE).count(), 1);
        let parts: Vec<_> = html.split('"').filter_map(|text| text.strip_prefix("/assets/app/")).collect();
        assert!(parts.len() > 4);
        for part in parts {
            assert!(Files::get(part).is_some() && content_type(part).is_some(), "{part}");
        }
    }

    #[test]
    fn a_browser_that_has_a_part_is_not_sent_it_again() {
        let tag = entity_tag(&Files::get("main.js").unwrap());
        let ask = |value: Option<&str>| {
            let request = TestRequest::get();
            let request = value.into_iter().fold(request, |it, value| it.insert_header(("if-none-match", value)));
            is_known(&request.to_http_request(), &tag)
        };
        assert!(ask(Some(&tag.to_string())));
        assert!(!ask(Some("W/\"another\"")));
        assert!(!ask(None));
    }
}
