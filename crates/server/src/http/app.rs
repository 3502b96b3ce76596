//! The dashboard: the web app as npm built it, embedded. It loads nothing from elsewhere.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    guard::{Get, GuardContext, fn_guard},
    http::header::{Accept, CacheControl, CacheDirective, ETag, EntityTag, Header, IfNoneMatch},
    mime::{self, Mime},
    web::{Bytes, Data, Path, ServiceConfig, get, resource},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rust_embed::{Embed, EmbeddedFile};

use super::{AppState, problem::Problem};

#[derive(Embed)]
#[folder = "../../web/dist"]
struct Files;

const PAGE: &str = "index.html";
/// Where Vite puts files whose names change with their content.
const HASHED: &str = "assets/app/";
/// What is no screen, whoever asks: an unknown address below these is an error.
const NOT_SCREENS: [&str; 4] = ["/api/", "/webhooks/", "/assets/", "/docs/"];
/// What browsers look for at the root: signs, and what an installed app is made of.
const AT_ROOT: [&str; 7] = [
    "icon.svg",
    "icon-news.svg",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
    "manifest.webmanifest",
    "sw.js",
];
/// Where the page tells its scripts that this is a demo, and where to ask about it.
const DEMO_PLACE: &str = "<!-- switchboard:demo -->";
const DEMO_META: &str = r#"<meta name="switchboard-demo" content="/api/demo">"#;
/// In seconds: a year, the longest that caches heed.
const FOREVER: u32 = 31_536_000;

/// Mounts the page and its parts. To be mounted last: every address that nothing else answers may be a screen.
pub(super) fn configure(config: &mut ServiceConfig) {
    for name in AT_ROOT {
        config.route(&format!("/{name}"), get().to(move |request: HttpRequest| async move { answer(&request, name) }));
    }
    config
        .route("/", get().to(page))
        .route("/api/demo", get().to(demo))
        .route("/assets/app/{path:.+}", get().to(part))
        .service(resource("/{screen:.*}").guard(Get()).guard(fn_guard(is_screen)).to(page));
}

/// Whether a browser goes to an address that the app's own router knows, or tells that it does not.
fn is_screen(context: &GuardContext<'_>) -> bool {
    let path = context.head().uri.path();
    let is_asked_as_page =
        context.header::<Accept>().is_some_and(|accept| accept.iter().any(|it| it.item == mime::TEXT_HTML));
    is_asked_as_page && !NOT_SCREENS.iter().any(|prefix| path.starts_with(prefix))
}

/// Who may sign in to a demo, and where its stand-in for Meta is. There is nothing here outside a demo.
async fn demo(state: Data<AppState>) -> HttpResponse {
    match &state.config.demo {
        Some(demo) => HttpResponse::Ok().json(demo),
        None => Problem::not_found().error_response(),
    }
}

async fn page(state: Data<AppState>) -> HttpResponse {
    let Some(file) = Files::get(PAGE) else { return not_built() };
    let html = for_site(&String::from_utf8_lossy(&file.data), state.config.demo.is_some());
    HttpResponse::Ok().content_type(mime::TEXT_HTML_UTF_8).insert_header(recheck()).body(html)
}

/// The page of this installation: that of a demo says that it is one.
fn for_site(html: &str, is_demo: bool) -> String {
    html.replace(DEMO_PLACE, if is_demo { DEMO_META } else { "" })
}

/// The program was built without the web app.
fn not_built() -> HttpResponse {
    HttpResponse::ServiceUnavailable().content_type(mime::TEXT_PLAIN_UTF_8).insert_header(recheck()).body(
        "Switchboard runs, but was built without its dashboard. Build that with\n\n    npm --prefix web ci && npm --prefix \
         web run build\n\nand then build Switchboard again; script/demo does both. The API is described at /docs.\n",
    )
}

async fn part(request: HttpRequest, path: Path<String>) -> HttpResponse {
    answer(&request, &format!("{HASHED}{path}"))
}

fn answer(request: &HttpRequest, path: &str) -> HttpResponse {
    let Some((file, content_type)) = Files::get(path).zip(content_type(path)) else {
        return Problem::not_found().error_response();
    };
    let tag = entity_tag(&file);
    if is_known(request, &tag) {
        return HttpResponse::NotModified().insert_header(ETag(tag)).insert_header(caching(path)).finish();
    }
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header(ETag(tag))
        .insert_header(caching(path))
        .body(Bytes::from(file.data.into_owned()))
}

/// A name with a hash never means anything else; every other file is asked about each time.
fn caching(path: &str) -> CacheControl {
    if path.starts_with(HASHED) {
        return CacheControl(vec![
            CacheDirective::Public,
            CacheDirective::MaxAge(FOREVER),
            CacheDirective::Extension("immutable".into(), None),
        ]);
    }
    recheck()
}

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

/// `None` for what is not a part of the page: the page itself has routes of its own.
fn content_type(path: &str) -> Option<Mime> {
    match path.rsplit_once('.')?.1 {
        "js" => Some(mime::APPLICATION_JAVASCRIPT_UTF_8),
        "css" => Some(mime::TEXT_CSS_UTF_8),
        "svg" => Some(mime::IMAGE_SVG),
        "png" => Some(mime::IMAGE_PNG),
        "webmanifest" => "application/manifest+json".parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::TryIntoHeaderValue, test::TestRequest};
    use rstest::rstest;

    use super::*;

    /// As it is written by hand; Vite adds to it.
    const SOURCE: &str = include_str!("../../../../web/index.html");

    #[test]
    fn the_page_has_one_place_for_the_demo() {
        assert_eq!(SOURCE.matches(DEMO_PLACE).count(), 1);
        assert!(for_site(SOURCE, true).contains(DEMO_META));
        let elsewhere = for_site(SOURCE, false);
        assert!(!elsewhere.contains("demo"), "{elsewhere}");
    }

    #[rstest]
    #[case::a_screen("/inbox/0192", "text/html,application/xhtml+xml", true)]
    #[case::a_screen_that_is_not_there("/nowhere", "text/html", true)]
    #[case::a_program("/inbox", "application/json", false)]
    #[case::the_api("/api/nothing", "text/html", false)]
    #[case::an_asset_of_another_release("/assets/app/index-old.js", "text/html", false)]
    fn only_a_browser_that_goes_to_a_screen_gets_the_page(#[case] path: &str, #[case] accept: &str, #[case] is: bool) {
        let request = TestRequest::get().uri(path).insert_header(("accept", accept)).to_srv_request();
        assert_eq!(is_screen(&request.guard_ctx()), is);
    }

    #[rstest]
    #[case("assets/app/index-ChsxMBVl.css", "public, max-age=31536000, immutable")]
    #[case("icon.svg", "no-cache")]
    #[case("sw.js", "no-cache")]
    fn what_has_a_hash_in_its_name_is_kept_for_a_year(#[case] path: &str, #[case] expected: &str) {
        assert_eq!(caching(path).try_into_value().unwrap(), expected);
    }

    #[test]
    fn a_browser_that_has_a_part_is_not_sent_it_again() {
        let tag = EntityTag::new_weak("x7Qk".into());
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
