//! Files that customers can send, and that need not be what they are said to be.

use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::Answer;
use super::error::ControlError;
use crate::sync::lock;
use crate::world::World;
use crate::world::media::Media;

/// A file on a customer's phone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    phone_number_id: String,
    mime_type: String,
    /// In base64.
    content: String,
    /// What `GET /{media}` says instead of the truth: `url`, `mime_type`, `sha256`, `file_size`.
    #[serde(default)]
    claims: Map<String, Value>,
}

/// `POST /sim/files` → `{id, sha256}`, the digest in base64 as webhooks have it; a message of `/sim/inbound` names the id.
pub(crate) async fn add(world: web::Data<World>, file: web::Json<File>) -> Answer {
    let file = file.into_inner();
    let number = world.number(&file.phone_number_id).ok_or_else(|| ControlError::unknown("number"))?;
    let bytes = STANDARD.decode(&file.content).map_err(|_| ControlError::bad("content is not base64"))?;
    let sha256 = STANDARD.encode(Sha256::digest(&bytes));
    let media = lock(&world.media).insert(Media {
        id: world.ids.media(),
        number_id: number.id.clone(),
        mime_type: file.mime_type,
        bytes: bytes.into(),
        claims: file.claims,
    });
    Ok(HttpResponse::Ok().json(json!({"id": media.id, "sha256": sha256})))
}

/// `DELETE /sim/files/{id}`: Meta does not keep it any longer.
pub(crate) async fn remove(world: web::Data<World>, id: web::Path<String>) -> Answer {
    if lock(&world.media).remove(&id) {
        return Ok(HttpResponse::Ok().json(json!({})));
    }
    Err(ControlError::unknown("file"))
}

/// `GET /sim/files/{id}` → `{mime_type, size, sha256}` of a file that was uploaded, the digest in hexadecimal digits.
pub(crate) async fn look(world: web::Data<World>, id: web::Path<String>) -> Answer {
    let media = lock(&world.media).get(&id).ok_or_else(|| ControlError::unknown("file"))?;
    Ok(HttpResponse::Ok().json(json!({
        "mime_type": media.mime_type,
        "size": media.bytes.len(),
        "sha256": hex::encode(Sha256::digest(&media.bytes)),
    })))
}
