//! Writing down what is said, by what is in the file.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::{fail, has_key, refusal, tokens};
use crate::graph::multipart;
use crate::sync::lock;
use crate::world::World;
use crate::world::faults::{FaultKind, FaultOn};
use crate::world::settings::Delay;

/// The comment of a recording that says what is heard in it, up to the next byte that is none of a text.
const SPOKEN: &[u8] = b"SPOKEN=";
/// What is heard in any other recording.
const PHRASES: [&str; 4] = [
    "Pazar günü teslimat yapıyor musunuz?",
    "What are your opening hours?",
    "هل توصلون الطلبات يوم الأحد؟",
    "I would like to order a chocolate cake.",
];

/// `POST /v1/audio/transcriptions`, a form of `file` and `model`. What was asked is kept for `GET /sim/model/requests`.
pub(super) async fn transcribe(req: HttpRequest, world: web::Data<World>, body: web::Bytes) -> HttpResponse {
    if !has_key(&req) {
        return refusal(401, "You didn't provide an API key.", "invalid_request_error");
    }
    let content_type = req.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let Some(parts) = multipart::parse(content_type, &body) else {
        return refusal(400, "The body is not a form.", "invalid_request_error");
    };
    let (Some(file), Some(model)) = (parts.get("file"), parts.get("model")) else {
        return refusal(400, "'file' and 'model' are required.", "invalid_request_error");
    };
    let text = heard(file.bytes);
    let request = json!({
        "model": String::from_utf8_lossy(model.bytes),
        "bytes": file.bytes.len(),
        "content_type": file.content_type,
    });
    lock(&world.prompts).add(world.clock.now_ms(), &request, &text);
    let fault = world.faults.take(FaultOn::Transcriptions);
    world.settings.wait(Delay::Model).await;
    match fault {
        Some(fault) if fault.kind == FaultKind::Empty => HttpResponse::Ok().json(json!({"text": ""})),
        Some(fault) => fail(&req, &fault, &request).await,
        None => {
            let mut answer = json!({"text": text});
            if let Some(usage) = usage(&String::from_utf8_lossy(model.bytes), file.bytes, &text) {
                answer["usage"] = usage;
            }
            HttpResponse::Ok().json(answer)
        }
    }
}

/// As servers tell it: `OpenAI` counts seconds for `whisper-1` and tokens for its successors, some also tell what it cost, and
/// many a local one tells nothing.
fn usage(model: &str, file: &[u8], text: &str) -> Option<Value> {
    if model.starts_with("local") {
        return None;
    }
    if model.starts_with("whisper") {
        return Some(json!({"type": "duration", "seconds": seconds(file)}));
    }
    let mut usage = json!({"type": "tokens", "input_tokens": file.len().div_ceil(100), "output_tokens": tokens(text)});
    if !model.starts_with("gpt") {
        usage["cost"] = json!(0.0003);
    }
    Some(usage)
}

/// Of Opus in Ogg: where its last page ends, in 48,000ths of a second.
fn seconds(file: &[u8]) -> u64 {
    let last = file.windows(4).rposition(|window| window == b"OggS").unwrap_or(0);
    let end = file.get(last + 6..last + 14).and_then(|bytes| bytes.try_into().ok());
    end.map_or(0, u64::from_le_bytes).div_ceil(48_000)
}

/// Deterministic.
fn heard(file: &[u8]) -> String {
    if let Some(at) = file.windows(SPOKEN.len()).position(|window| window == SPOKEN) {
        let said = &file[at + SPOKEN.len()..];
        let end = said.iter().position(|byte| *byte < b' ').unwrap_or(said.len());
        return String::from_utf8_lossy(&said[..end]).into_owned();
    }
    let sum = file.iter().fold(0_usize, |sum, byte| sum.wrapping_add(usize::from(*byte)));
    PHRASES[sum % PHRASES.len()].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_says_what_its_comment_says_or_always_the_same() {
        assert_eq!(heard("OggS\0SPOKEN=Açık mısınız?\0more".as_bytes()), "Açık mısınız?");
        assert_eq!(heard(b"OggS abc"), heard(b"OggS abc"));
        assert!(PHRASES.contains(&heard(b"anything").as_str()));
    }
}
