//! The HTTP interface.
//!
//! One file for each operation: its route, input, output and documentation. A handler says who may ask
//! ([`Authenticated::require`]), hands over to the crate that knows the business, and shapes the answer. Each area has a
//! `configure` that mounts its operations; [`mount`] mounts the areas, and the OpenAPI document is what was mounted.

mod api_keys;
mod app;
mod audit;
mod auth;
mod auth_extractor;
mod body;
mod body_limit;
mod bot_tests;
mod bots;
mod canned_replies;
mod client_address;
mod contact_fields;
mod contacts;
mod conversations;
mod cursor;
mod docs;
mod events;
mod file_form;
mod guard;
mod invitations;
mod knowledge;
mod labels;
mod leftovers;
mod media;
mod models;
mod notes;
mod numbers;
mod oidc;
mod onboarding;
mod openapi;
mod origin;
mod page;
mod password;
mod people;
mod platform;
mod privacy;
mod probes;
mod problem;
mod rate_limit;
mod replays;
mod request_log;
mod saved_filters;
mod search;
mod second_factor;
mod security_headers;
mod session_cookie;
mod sessions;
mod state;
mod templates;
mod tenant;
mod tools;
mod unanswered;
mod usage;
mod webhooks;

use actix_web::{
    App, Error, ResponseError,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web::{Data, JsonConfig, PathConfig, QueryConfig, to},
};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

pub use auth_extractor::{Authenticated, ForPlatform};
pub use body::Valid;
pub use openapi::document;
pub use page::{Page, PageQuery};
pub(crate) use probes::Readiness;
pub use problem::{FieldError, Problem};
pub use rate_limit::RateLimits;
pub use security_headers::PagePolicy;
pub use state::AppState;

const AREAS: [fn(&mut ServiceConfig<'_>); 36] = [
    // First: routes are tried in this order, and what Meta posts must not be compared with all the others.
    webhooks::configure,
    probes::configure,
    auth::configure,
    oidc::configure,
    password::configure,
    second_factor::configure,
    sessions::configure,
    tenant::configure,
    usage::configure,
    people::configure,
    invitations::configure,
    api_keys::configure,
    audit::configure,
    onboarding::configure,
    numbers::configure,
    bots::configure,
    models::configure,
    knowledge::configure,
    bot_tests::configure,
    tools::configure,
    replays::configure,
    unanswered::configure,
    conversations::configure,
    media::configure,
    templates::configure,
    notes::configure,
    labels::configure,
    contacts::configure,
    contact_fields::configure,
    search::configure,
    canned_replies::configure,
    saved_filters::configure,
    events::configure,
    leftovers::configure,
    privacy::configure,
    platform::configure,
];

/// Mounts every operation that the OpenAPI document tells of.
fn mount(config: &mut ServiceConfig<'_>) {
    for area in AREAS {
        config.configure(area);
    }
}

/// The application that serves requests, on each worker anew.
pub fn app(
    state: Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let (app, document) = App::new().into_utoipa_app().openapi(openapi::frame()).configure(mount).split_for_parts();
    app.app_data(state)
        .app_data(
            JsonConfig::default().limit(body_limit::LONGEST).error_handler(|error, _| Problem::from(error).into()),
        )
        .app_data(QueryConfig::default().error_handler(|error, _| Problem::from(error).into()))
        .app_data(PathConfig::default().error_handler(|error, _| Problem::from(error).into()))
        .configure(docs::configure(&openapi::complete(document)))
        .configure(app::configure)
        .default_service(to(async || Problem::not_found().error_response()))
        .wrap(from_fn(body_limit::limit))
        .wrap(from_fn(rate_limit::limit))
        .wrap(Compress::default())
        .wrap(from_fn(security_headers::add))
        .wrap(from_fn(request_log::log))
}
