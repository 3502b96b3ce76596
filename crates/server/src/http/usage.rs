//! What is counted: how the business is doing, and what it uses.

mod days;
mod overview;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(overview::overview).service(days::usage);
}

const MICROS: f64 = 1_000_000.0;

/// From US dollars. What is no number of them is none: less than nothing, which nobody takes.
#[expect(clippy::cast_possible_truncation, reason = "what does not fit is far above every limit")]
pub(super) fn micros(dollars: f64) -> i64 {
    if dollars.is_finite() { (dollars * MICROS).round() as i64 } else { -1 }
}

/// In US dollars.
#[expect(clippy::cast_precision_loss, reason = "a cost is shown, not reckoned with")]
pub(super) fn dollars(micros: i64) -> f64 {
    micros as f64 / MICROS
}
