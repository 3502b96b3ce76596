//! What becomes of templates in Meta's review.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::error::ControlError;
use crate::graph::review_template;
use crate::world::World;

/// How a review ended.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Review {
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED` or `DISABLED`.
    status: String,
    /// `INVALID_FORMAT`, …
    reason: Option<String>,
}

/// `PUT /sim/templates/{id}` `{status, reason?}` changes a template and posts `message_template_status_update`.
pub(crate) async fn review(world: web::Data<World>, id: web::Path<String>, review: web::Json<Review>) -> Answer {
    let Review { status, reason } = review.into_inner();
    let known = ["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"];
    let status = known.into_iter().find(|it| *it == status).ok_or_else(|| ControlError::bad("no such status"))?;
    let is_known = review_template(&world.into_inner(), &id, status, reason).await;
    if is_known { Ok(HttpResponse::Ok().json(json!({}))) } else { Err(ControlError::unknown("template")) }
}
