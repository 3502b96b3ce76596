//! Files: upload, description, download, deletion.

use std::sync::Arc;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, json};
use sha2::{Digest as _, Sha256};

use super::auth::Caller;
use super::business::Ids;
use super::params::Params;
use super::{Answer, GraphError, multipart};
use crate::sync::lock;
use crate::world::World;
use crate::world::media::Media;

/// `POST /{phone_number}/media` with a form of `messaging_product` and `file`.
pub(crate) async fn upload(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
    body: web::Bytes,
) -> Answer {
    let number = caller.number(&world, &path.id)?;
    let content_type = req.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let parts =
        multipart::parse(content_type.unwrap_or_default(), &body).ok_or_else(|| GraphError::required("file"))?;
    let product = parts.get("messaging_product").map(|part| part.bytes);
    if product != Some(b"whatsapp".as_slice()) {
        return Err(GraphError::required("messaging_product"));
    }
    let file = parts.get("file").ok_or_else(|| GraphError::required("file"))?;
    let said = parts.get("type").map(|part| String::from_utf8_lossy(part.bytes).into_owned());
    let mime_type = said.or_else(|| file.content_type.clone()).unwrap_or_default();
    check_size(&mime_type, file.bytes.len())?;
    let media = lock(&world.media).insert(Media {
        id: world.ids.media(),
        number_id: number.id.clone(),
        mime_type,
        bytes: body.slice_ref(file.bytes),
        claims: Map::new(),
    });
    Ok(HttpResponse::Ok().json(json!({"id": media.id})))
}

/// Types and sizes that are taken (Cloud API, "Media").
fn check_size(mime_type: &str, size: usize) -> Result<(), GraphError> {
    const MB: usize = 1024 * 1024;
    let essence = mime_type.split(';').next().unwrap_or_default().trim();
    let max = match essence {
        "image/jpeg" | "image/png" => 5 * MB,
        "image/webp" => MB / 2,
        "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" | "video/mp4" | "video/3gpp" => 16 * MB,
        "text/plain" => 100 * MB,
        it if it.starts_with("application/") && it != "application/octet-stream" => 100 * MB,
        _ => {
            let text = format!("(#100) Param file must be a file of a supported type, not {essence}.");
            return Err(GraphError::plain(400, 100, text));
        }
    };
    if size <= max && size > 0 {
        return Ok(());
    }
    Err(GraphError::code(131_053, "The file is empty or larger than its type allows."))
}

fn find(world: &World, caller: &Caller, id: &str, params: &Params) -> Result<Arc<Media>, GraphError> {
    let media = lock(&world.media).get(id).ok_or_else(|| GraphError::unknown_id(id))?;
    caller.number(world, &media.number_id).map_err(|_| GraphError::unknown_id(id))?;
    match params.text("phone_number_id") {
        Some(number_id) if number_id != media.number_id => Err(GraphError::unknown_id(id)),
        _ => Ok(media),
    }
}

/// `GET /{media}`: with a download URL that lives five minutes.
pub(crate) fn describe(world: &World, caller: &Caller, id: &str, params: &Params) -> Answer {
    let media = find(world, caller, id, params)?;
    let mut description = json!({
        "messaging_product": "whatsapp",
        "url": download_url(world, &media),
        "mime_type": media.mime_type,
        "sha256": hex::encode(Sha256::digest(&media.bytes)),
        "file_size": media.bytes.len().to_string(),
        "id": media.id,
    });
    if let Some(members) = description.as_object_mut() {
        members.extend(media.claims.clone());
    }
    Ok(HttpResponse::Ok().json(description))
}

/// A fresh download URL of a file.
pub(crate) fn download_url(world: &World, media: &Media) -> String {
    let secret = crate::ids::opaque();
    let url = format!("{}/lookaside/{secret}", world.app.base_url());
    lock(&world.media).add_url(secret, &media.id, world.clock.now_ms());
    url
}

/// `DELETE /{media}`.
pub(crate) fn delete(world: &World, caller: &Caller, id: &str, params: &Params) -> Answer {
    let media = find(world, caller, id, params)?;
    lock(&world.media).remove(&media.id);
    Ok(HttpResponse::Ok().json(json!({"success": true})))
}

/// The download itself; 404 once the URL is too old.
pub(crate) async fn download(world: web::Data<World>, caller: Caller, secret: web::Path<DownloadPath>) -> Answer {
    let media = lock(&world.media).by_url(&secret.secret, world.clock.now_ms());
    let media = media.filter(|it| caller.number(&world, &it.number_id).is_ok());
    Ok(match media {
        Some(media) => HttpResponse::Ok().content_type(media.mime_type.clone()).body(media.bytes.clone()),
        None => HttpResponse::NotFound().finish(),
    })
}

/// The secret part of a download URL.
#[derive(serde::Deserialize)]
pub(crate) struct DownloadPath {
    secret: String,
}
