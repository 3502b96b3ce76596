//! What Meta says of a number.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::Answer;
use super::error::ControlError;
use crate::sync::lock;
use crate::world::World;

/// What changes; the rest stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Traits {
    phone_number_id: String,
    /// `GREEN`, `YELLOW`, `RED`.
    quality: Option<String>,
    /// `CONNECTED`, `BANNED`, `RESTRICTED`, …
    status: Option<String>,
    /// `APPROVED`, `DECLINED`, …
    name_status: Option<String>,
}

/// `POST /sim/numbers` `{phone_number_id, quality?, status?, name_status?}`: what the Graph API tells of the number from
/// then on. No webhook tells of the change.
pub(crate) async fn set(world: web::Data<World>, body: web::Json<Traits>) -> Answer {
    let Traits { phone_number_id, quality, status, name_status } = body.into_inner();
    let number = world.number(&phone_number_id).ok_or_else(|| ControlError::unknown("number"))?;
    let mut state = lock(&number.state);
    if let Some(quality) = quality {
        state.quality = quality;
    }
    if status.is_some() {
        state.status = status;
    }
    if let Some(name_status) = name_status {
        state.name_status = name_status;
    }
    Ok(HttpResponse::NoContent().finish())
}
