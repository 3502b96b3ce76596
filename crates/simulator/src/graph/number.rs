//! What a number is, and what may be set on it.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::params::Params;
use super::register::check_pin_shape;
use super::{Answer, GraphError, fields};
use crate::sync::lock;
use crate::world::World;
use crate::world::directory::Number;

/// The members that are answered when none are asked for.
const DEFAULT_FIELDS: [&str; 8] = [
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
    "last_onboarded_time",
    "webhook_configuration",
];

/// What `GET /{phone_number}` answers.
pub(crate) fn describe(world: &World, number: &Number, params: &Params) -> Value {
    let object = {
        let state = lock(&number.state);
        json!({
            "id": number.id,
            "verified_name": number.name,
            "display_phone_number": number.display(),
            "quality_rating": state.quality,
            "code_verification_status": if state.verified { "VERIFIED" } else { "NOT_VERIFIED" },
            "platform_type": if state.registered { "CLOUD_API" } else { "NOT_APPLICABLE" },
            "status": state.status.as_deref().unwrap_or(if state.registered { "CONNECTED" } else { "PENDING" }),
            "name_status": state.name_status,
            "is_on_biz_app": state.on_biz_app,
            "is_pin_enabled": state.pin.is_some(),
            "whatsapp_business_manager_messaging_limit": "TIER_2K",
            "throughput": {"level": "STANDARD"},
            "last_onboarded_time": "2026-11-02T08:00:00+0000",
        })
    };
    let mut picked = fields::pick(object, params, &DEFAULT_FIELDS);
    let wanted = params.text("fields").is_none_or(|it| it.contains("webhook_configuration"));
    if wanted {
        picked["webhook_configuration"] = webhook_configuration(world, number);
    }
    picked
}

fn webhook_configuration(world: &World, number: &Number) -> Value {
    let mut configuration = json!({});
    if let Some(url) = world.hooks.url() {
        configuration["application"] = json!(url);
    }
    let of_waba = world.waba(&number.waba_id).and_then(|waba| lock(&waba.state).override_callback.clone());
    if let Some(url) = of_waba {
        configuration["whatsapp_business_account"] = json!(url);
    }
    if let Some(url) = &lock(&number.state).override_callback {
        configuration["phone_number"] = json!(url);
    }
    configuration
}

/// `POST /{phone_number}`: sets the PIN of two-step verification, or a webhook of its own.
pub(crate) async fn update(world: &web::Data<World>, number: Arc<Number>, params: &Params) -> Answer {
    if let Some(pin) = params.text("pin") {
        check_pin_shape(&pin)?;
        lock(&number.state).pin = Some(pin);
    } else if let Some(configuration) = params.json("webhook_configuration") {
        let url = configuration["override_callback_uri"].as_str().unwrap_or_default();
        let token = configuration["verify_token"].as_str().unwrap_or_default();
        let callback = checked_override(world, url, token).await?;
        lock(&number.state).override_callback = callback;
    } else {
        return Err(GraphError::required("pin"));
    }
    Ok(HttpResponse::Ok().json(json!({"success": true})))
}

/// An override after Meta's handshake with it; an empty one clears.
pub(crate) async fn checked_override(
    world: &web::Data<World>,
    url: &str,
    verify_token: &str,
) -> Result<Option<String>, GraphError> {
    if url.is_empty() {
        return Ok(None);
    }
    let world = web::Data::clone(world).into_inner();
    let runtime = world.runtime.clone();
    let (target, token) = (url.to_owned(), verify_token.to_owned());
    let handshake = runtime.spawn(async move { world.hooks.handshake(&target, &token).await });
    if url.len() <= 200 && handshake.await.unwrap_or(false) {
        return Ok(Some(url.to_owned()));
    }
    let message = "(#2200) Callback verification failed: the callback URL couldn't be validated.";
    Err(GraphError::plain(400, 2200, message))
}
