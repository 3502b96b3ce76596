//! A server of `LibreTranslate`'s API.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::translate::translate;
use super::words::{Language, language};
use crate::connection::Wire;
use crate::sync::lock;
use crate::world::World;
use crate::world::faults::{FaultKind, FaultOn};
use crate::world::settings::Delay;

const LANGUAGES: [(&str, &str); 4] = [("en", "English"), ("tr", "Turkish"), ("ar", "Arabic"), ("de", "German")];
/// The one key that is refused.
const BAD_KEY: &str = "wrong";

/// `/libretranslate/translate`, `/detect` and `/languages`.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/libretranslate")
            .route("/translate", web::post().to(answer))
            .route("/detect", web::post().to(detect))
            .route("/languages", web::get().to(languages)),
    );
}

/// What was asked is kept for `GET /sim/model/requests`.
async fn answer(req: HttpRequest, world: web::Data<World>, body: web::Json<Value>) -> HttpResponse {
    let (Some(text), Some(source), Some(target)) =
        (body["q"].as_str(), body["source"].as_str(), body["target"].as_str())
    else {
        return refusal(400, "Invalid request: missing q, source or target parameter");
    };
    if body["api_key"] == BAD_KEY {
        return refusal(403, "Invalid API key");
    }
    if !LANGUAGES.iter().any(|(code, _)| *code == target) {
        return refusal(400, &format!("{target} is not supported"));
    }
    let translated = translate(text, target);
    lock(&world.prompts).add(world.clock.now_ms(), &body, &translated);
    let fault = world.faults.take(FaultOn::Translate);
    world.settings.wait(Delay::Model).await;
    match fault.map(|fault| (fault.kind, fault.hold_ms)) {
        None if source == "auto" => HttpResponse::Ok().json(json!({
            "translatedText": translated,
            "detectedLanguage": {"confidence": 90.0, "language": code(text)},
        })),
        None => HttpResponse::Ok().json(json!({"translatedText": translated})),
        Some((FaultKind::Timeout, hold_ms)) => {
            tokio::time::sleep(Duration::from_millis(hold_ms)).await;
            Wire::of(&req).cut();
            HttpResponse::GatewayTimeout().finish()
        }
        Some((FaultKind::AcceptedNoAnswer, _)) => {
            Wire::of(&req).cut();
            HttpResponse::Ok().finish()
        }
        Some((FaultKind::Garbage, _)) => HttpResponse::Ok().content_type("application/json").body("{\"trans"),
        Some((FaultKind::Empty, _)) => HttpResponse::Ok().json(json!({"translatedText": ""})),
        Some((FaultKind::Code { http_status, .. }, _)) => refusal(http_status, "A fault that was asked for"),
        Some((FaultKind::ThrottleNumber | FaultKind::ThrottlePair, _)) => refusal(429, "Slowdown: too many requests"),
        Some(_) => refusal(500, "Cannot translate text"),
    }
}

async fn detect(body: web::Json<Value>) -> HttpResponse {
    let text = body["q"].as_str().unwrap_or_default();
    HttpResponse::Ok().json(json!([{"confidence": 90.0, "language": code(text)}]))
}

async fn languages() -> HttpResponse {
    let targets: Vec<&str> = LANGUAGES.iter().map(|(code, _)| *code).collect();
    let all = LANGUAGES.iter().map(|(code, name)| json!({"code": code, "name": name, "targets": targets}));
    HttpResponse::Ok().json(all.collect::<Vec<_>>())
}

fn code(text: &str) -> &'static str {
    match language(text) {
        Language::English => "en",
        Language::Turkish => "tr",
        Language::Arabic => "ar",
    }
}

fn refusal(status: u16, message: &str) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).json(json!({"error": message}))
}
