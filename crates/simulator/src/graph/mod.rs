//! The Graph API as far as WhatsApp integrations use it, with Meta's checks and Meta's errors.

mod app;
mod auth;
mod business;
mod debug_token;
mod error;
mod fields;
mod interactive;
mod media;
mod messages;
pub(crate) mod multipart;
mod node;
mod number;
mod oauth;
mod page;
mod params;
mod receipts;
mod register;
mod subscriptions;
mod templates;
mod validate;
mod waba;
mod watch;

use actix_web::{HttpResponse, ResponseError as _, middleware, web};

pub(crate) use error::GraphError;
pub(crate) use media::download_url;
pub(crate) use templates::review as review_template;

/// What every handler answers.
type Answer = Result<HttpResponse, GraphError>;

/// All calls, under `/v26.0` or any other version, and without one.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            web::scope(r"/{version:v\d+\.\d+}")
                .wrap(middleware::from_fn(watch::watch))
                .configure(calls)
                .default_service(web::to(unknown_path)),
        )
        .service(web::scope("").wrap(middleware::from_fn(watch::watch)).configure(calls));
}

fn calls(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/oauth/access_token")
                .route(web::get().to(oauth::access_token))
                .route(web::post().to(oauth::access_token)),
        )
        .route("/debug_token", web::get().to(debug_token::debug_token))
        .route("/lookaside/{secret}", web::get().to(media::download))
        .configure(business_calls)
        .configure(number_calls)
        .service(
            web::resource(r"/{id:\d+}")
                .route(web::get().to(node::get))
                .route(web::post().to(node::post))
                .route(web::delete().to(node::delete)),
        );
}

fn business_calls(config: &mut web::ServiceConfig) {
    config
        .route(r"/{id:\d+}/subscriptions", web::get().to(app::subscriptions))
        .route(r"/{id:\d+}/owned_whatsapp_business_accounts", web::get().to(business::owned))
        .route(r"/{id:\d+}/client_whatsapp_business_accounts", web::get().to(business::client))
        .route(r"/{id:\d+}/system_user_access_tokens", web::post().to(business::fetch_token))
        .service(
            web::resource(r"/{id:\d+}/phone_numbers")
                .route(web::get().to(waba::phone_numbers))
                .route(web::post().to(waba::add_phone_number)),
        )
        .service(
            web::resource(r"/{id:\d+}/subscribed_apps")
                .route(web::get().to(subscriptions::list))
                .route(web::post().to(subscriptions::subscribe))
                .route(web::delete().to(subscriptions::unsubscribe)),
        )
        .service(
            web::resource(r"/{id:\d+}/message_templates")
                .route(web::get().to(templates::list))
                .route(web::post().to(templates::create))
                .route(web::delete().to(templates::delete)),
        );
}

fn number_calls(config: &mut web::ServiceConfig) {
    config
        .route(r"/{id:\d+}/register", web::post().to(register::register))
        .route(r"/{id:\d+}/deregister", web::post().to(register::deregister))
        .route(r"/{id:\d+}/smb_app_data", web::post().to(register::smb_app_data))
        .route(r"/{id:\d+}/messages", web::post().to(messages::send))
        .route(r"/{id:\d+}/media", web::post().to(media::upload));
}

async fn unknown_path(path: web::Path<String>) -> HttpResponse {
    GraphError::unknown_path(&path).error_response()
}
