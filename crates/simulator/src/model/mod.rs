//! A model for tests and demos: the chat-completions API, answered from the context it is given.
//!
//! It is deterministic: the passage of the knowledge that shares most with what the customer
//! asked is the answer. It speaks English, Turkish and Arabic, greets, and hands over when asked
//! for a person or when nothing fits, if the system prompt says how. Asked to translate, it does. In pictures it reads what
//! is written in their comment.

mod answer;
mod embedding;
mod hear;
mod knowledge;
mod libre;
pub(crate) mod log;
mod picture;
mod tools;
mod translate;
mod words;

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::connection::Wire;
use crate::sync::lock;
use crate::world::World;
use crate::world::faults::{Fault, FaultKind, FaultOn};
use crate::world::settings::Delay;

const MODEL: &str = "simulated-model";

/// `/v1/chat/completions`, `/v1/embeddings`, `/v1/audio/transcriptions` and `/v1/models`; and `/libretranslate`.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    libre::configure(config);
    config.service(
        web::scope("/v1")
            .route("/chat/completions", web::post().to(complete))
            .route("/embeddings", web::post().to(embed))
            .route("/audio/transcriptions", web::post().to(hear::transcribe))
            .route("/models", web::get().to(models)),
    );
}

async fn models() -> HttpResponse {
    let model = json!({"id": MODEL, "object": "model", "created": 0, "owned_by": "simulator"});
    HttpResponse::Ok().json(json!({"object": "list", "data": [model]}))
}

/// One completion, not streamed. The prompt is kept for `GET /sim/model/requests`.
async fn complete(req: HttpRequest, world: web::Data<World>, body: web::Bytes) -> HttpResponse {
    let mut request = match read(&req, &body) {
        Ok(request) => request,
        Err((status, message)) => return refusal(status, message, "invalid_request_error"),
    };
    match picture::look(&mut request) {
        Ok(is_shown) if is_shown && world.faults.take(FaultOn::Pictures).is_some() => {
            return refusal(400, "This model does not support image input.", "invalid_request_error");
        }
        Ok(_) => {}
        Err(message) => return refusal(400, message, "invalid_image"),
    }
    let Some(messages) = request["messages"].as_array().filter(|list| !list.is_empty()) else {
        return refusal(400, "'messages' is required.", "invalid_request_error");
    };
    if request["stream"] == true {
        return refusal(400, "This model does not stream.", "invalid_request_error");
    }
    let is_shaped = request["response_format"]["type"] == "json_schema";
    if is_shaped && world.faults.take(FaultOn::ResponseFormat).is_some() {
        return refusal(400, "'response_format' is not supported by this model.", "unsupported_parameter");
    }
    if request["tools"].is_array()
        && let Some(fault) = world.faults.take(FaultOn::Tools)
    {
        let status = if let FaultKind::Code { http_status, .. } = fault.kind { http_status } else { 400 };
        return refusal(status, "'tools' is not supported by this model.", "unsupported_parameter");
    }
    let message = said(&request, messages, is_shaped);
    let logged = message["content"].as_str().map_or_else(|| message["tool_calls"].to_string(), str::to_owned);
    lock(&world.prompts).add(world.clock.now_ms(), &request, &logged);
    let translates = || translate::answer(messages).and_then(|_| world.faults.take(FaultOn::Translate));
    let fault = world.faults.take(FaultOn::Model).or_else(translates);
    world.settings.wait(Delay::Model).await;
    match fault {
        Some(fault) => fail(&req, &fault, &request).await,
        None => completion(&request, &message),
    }
}

/// What the model says, or wishes for.
fn said(request: &Value, messages: &[Value], is_shaped: bool) -> Value {
    if let Some(wish) = tools::wish(request, messages) {
        return json!({"role": "assistant", "content": null, "tool_calls": [wish]});
    }
    let told = tools::told(messages).map(|text| answer::in_shape(&text, is_shaped));
    let answer = told.or_else(|| translate::answer(messages)).unwrap_or_else(|| answer::answer(messages, is_shaped));
    json!({"role": "assistant", "content": answer})
}

/// Vectors of texts. They are not kept for `GET /sim/model/requests`.
async fn embed(req: HttpRequest, world: web::Data<World>, body: web::Bytes) -> HttpResponse {
    let request = match read(&req, &body) {
        Ok(request) => request,
        Err((status, message)) => return refusal(status, message, "invalid_request_error"),
    };
    let texts: Vec<&str> = match &request["input"] {
        Value::String(text) => vec![text],
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect(),
        _ => return refusal(400, "'input' is required.", "invalid_request_error"),
    };
    match world.faults.take(FaultOn::Embeddings) {
        Some(Fault { kind: FaultKind::LongerThan(most), .. })
            if texts.iter().all(|text| text.chars().count() <= most) => {}
        Some(fault) => return fail(&req, &fault, &request).await,
        None => {}
    }
    let vector = |(index, text)| json!({"object": "embedding", "index": index, "embedding": embedding::of(text)});
    let tokens: usize = texts.iter().map(|text| tokens(text)).sum();
    HttpResponse::Ok().json(json!({
        "object": "list",
        "model": request["model"].as_str().unwrap_or(MODEL),
        "data": texts.iter().enumerate().map(|(index, text)| vector((index, *text))).collect::<Vec<_>>(),
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }))
}

/// A request with a key and a body of JSON, or what it is refused with.
fn read(req: &HttpRequest, body: &[u8]) -> Result<Value, (u16, &'static str)> {
    if !has_key(req) {
        return Err((401, "You didn't provide an API key."));
    }
    serde_json::from_slice(body).map_err(|_| (400, "The body is not JSON."))
}

fn has_key(req: &HttpRequest) -> bool {
    req.headers().get("authorization").is_some_and(|value| {
        value.to_str().is_ok_and(|text| text.len() > "Bearer ".len() && text.starts_with("Bearer "))
    })
}

fn completion(request: &Value, message: &Value) -> HttpResponse {
    let prompt = tokens(&request["messages"].to_string());
    let answer = tokens(message["content"].as_str().unwrap_or_default());
    HttpResponse::Ok().json(json!({
        "id": format!("chatcmpl-{}", crate::ids::opaque()),
        "object": "chat.completion",
        "created": 0,
        "model": request["model"].as_str().unwrap_or(MODEL),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": null}],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": answer,
            "total_tokens": prompt + answer,
            "cost": cost(prompt, answer),
        },
    }))
}

/// In dollars, as some servers tell it: 15 cents for a million tokens read, 60 for a million written.
fn cost(prompt: usize, answer: usize) -> f64 {
    let count = |tokens: usize| u32::try_from(tokens).map_or(f64::INFINITY, f64::from);
    (count(prompt) * 0.15 + count(answer) * 0.6) / 1_000_000.0
}

/// About four characters make a token.
fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(4)
}

async fn fail(req: &HttpRequest, fault: &Fault, request: &Value) -> HttpResponse {
    match &fault.kind {
        FaultKind::Timeout => {
            tokio::time::sleep(Duration::from_millis(fault.hold_ms)).await;
            Wire::of(req).cut();
            HttpResponse::GatewayTimeout().finish()
        }
        FaultKind::AcceptedNoAnswer => {
            Wire::of(req).cut();
            HttpResponse::Ok().finish()
        }
        FaultKind::Garbage => HttpResponse::Ok().content_type("application/json").body("{\"cho"),
        FaultKind::Empty => completion(request, &json!({"role": "assistant", "content": ""})),
        FaultKind::Parrot => {
            let told = request["messages"].as_array().and_then(|messages| messages.last()).cloned();
            completion(request, &json!({"role": "assistant", "content": told.unwrap_or_default()["content"]}))
        }
        FaultKind::Says(text) => completion(request, &json!({"role": "assistant", "content": text})),
        FaultKind::Refusal => {
            let words = "I'm sorry, I can't help with that.";
            completion(request, &json!({"role": "assistant", "content": null, "refusal": words}))
        }
        FaultKind::ThrottleNumber | FaultKind::ThrottlePair => {
            refusal(429, "Rate limit reached.", "rate_limit_exceeded")
        }
        FaultKind::LongerThan(_) => refusal(400, "The input is too long for this model.", "context_length_exceeded"),
        FaultKind::TokenDead => refusal(401, "Incorrect API key provided.", "invalid_api_key"),
        FaultKind::Code { http_status, .. } => refusal(*http_status, "A fault that was asked for.", "server_error"),
        _ => refusal(500, "The server had an error.", "server_error"),
    }
}

fn refusal(status: u16, message: &str, code: &str) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let error = json!({"message": message, "type": code, "param": null, "code": code});
    HttpResponse::build(status).json(json!({"error": error}))
}
