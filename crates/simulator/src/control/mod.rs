//! The controls under `/sim/…`: what tests and benchmarks set up, send and look at.
//!
//! Bodies and answers are JSON; an unknown member is refused, so that a misspelt one cannot pass
//! unnoticed; errors are `{"error": "…"}` with a 4xx status.

mod error;
mod files;
mod inbound;
mod inspect;
mod numbers;
mod portfolio;
mod settings;
mod statuses;
mod templates;
mod updates;

use actix_web::web;

use error::ControlError;

/// What every control answers.
type Answer = Result<actix_web::HttpResponse, ControlError>;

/// Routes of all controls.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/sim/businesses", web::post().to(portfolio::add))
        .route("/sim/numbers", web::post().to(numbers::set))
        .route("/sim/codes", web::post().to(portfolio::issue_code))
        .route("/sim/tokens", web::post().to(portfolio::issue_token))
        .route("/sim/tokens/revoke", web::post().to(portfolio::revoke_tokens))
        .route("/sim/reset", web::post().to(settings::reset))
        .route("/sim/clock", web::post().to(settings::advance_clock))
        .route("/sim/webhook", web::post().to(settings::set_webhook))
        .route("/sim/webhook/retries", web::put().to(settings::set_retries))
        .route("/sim/webhook/raw", web::post().to(inbound::raw))
        .route("/sim/delays", web::put().to(settings::set_delays))
        .route("/sim/windows", web::put().to(settings::set_windows))
        .route("/sim/tokens/life", web::put().to(settings::set_token_life))
        .route("/sim/faults", web::put().to(settings::add_fault))
        .route("/sim/faults", web::get().to(settings::list_faults))
        .route("/sim/faults", web::delete().to(settings::clear_faults))
        .route("/sim/statuses", web::put().to(statuses::set_mode))
        .route("/sim/status", web::post().to(statuses::send))
        .route("/sim/inbound", web::post().to(inbound::inbound))
        .route("/sim/files", web::post().to(files::add))
        .route("/sim/files/{id}", web::get().to(files::look))
        .route("/sim/files/{id}", web::delete().to(files::remove))
        .route("/sim/templates/{id}", web::put().to(templates::review))
        .route("/sim/account_update", web::post().to(updates::account_update))
        .route("/sim/change", web::post().to(updates::change))
        .route("/sim/echo", web::post().to(updates::echo))
        .route("/sim/history", web::post().to(updates::history))
        .route("/sim/state", web::get().to(inspect::state))
        .route("/sim/sent", web::get().to(inspect::sent))
        .route("/sim/calls", web::get().to(inspect::calls))
        .route("/sim/receipts", web::get().to(inspect::receipts))
        .route("/sim/shop/requests", web::get().to(inspect::shop))
        .route("/sim/model/requests", web::get().to(inspect::prompts));
}

/// JSON that cannot be read is answered as the controls answer.
pub(crate) fn json_config() -> web::JsonConfig {
    web::JsonConfig::default()
        .limit(8 * 1024 * 1024)
        .content_type_required(false)
        .error_handler(|error, _| ControlError::bad(error.to_string()).into())
}
