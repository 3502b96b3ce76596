use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpResponse,
    http::header::ContentLength,
    post,
    web::{Bytes, Data, Header, Query},
};
use futures_util::{StreamExt, TryStreamExt, stream::Fuse};
use serde::Deserialize;
use switchboard_accounts::{Permission, Principal};
use switchboard_media::{Accepted, HEAD, Key, StoredFile, accept, sniff};
use switchboard_store::{
    MediaKind, MediaOrigin, MediaState, Scope, Signal,
    media::{self, Media, Unsent},
    new_id, tenant,
};
use utoipa::ToSchema;

use super::{MediaBody, problems};
use crate::http::{AppState, Authenticated, Problem, file_form::file_of};

/// An upload that has not ended by then has been given up.
const LONGEST: Duration = Duration::from_hours(1);

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// As which type of message it is to be sent: `image`, `audio`, `video`, `document` or `sticker`; what suits it best
    /// unless given
    #[param(value_type = Option<String>)]
    kind: Option<MediaKind>,
}

/// What a tenant has uploaded and not sent is bounded: its files fill a disk that is everybody's, and are gone only after a day.
/// Ten of the largest documents have room, and more files than a team attaches in that time.
const MOST_UNSENT: Unsent = Unsent { files: 500, bytes: 1024 * 1024 * 1024 };

/// A form with one file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "for the document: the form is read as it comes")]
struct UploadForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a file
///
/// The file can then be sent with a message by its id. Its type is read from its bytes. At most: images 5 MB, audio and
/// video 16 MB, documents 100 MB, stickers 100 kB (500 kB if they move). What is not sent within a day is deleted; until
/// then, a business has at most 500 files and 1 GiB of such.
#[utoipa::path(tag = "media", params(UploadQuery),
    request_body(content = inline(UploadForm), content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The file", body = MediaBody),
        (status = 400, description = "`malformed`: there is no file in the form, or it is empty", body = Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "`too_many_unsent`: as much as may be was uploaded and not sent", body = Problem,
            content_type = "application/problem+json"),
        (status = 413, description = "`media_too_large`: `limit` says how large it may be; `instead`, as which type of \
            message it may be larger", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "`media_unsupported`: WhatsApp takes no such file; or only as `instead`",
            body = Problem, content_type = "application/problem+json"),
    ))]
#[post("/api/media")]
pub(super) async fn upload(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<UploadQuery>,
    length: Option<Header<ContentLength>>,
    mut form: Multipart,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::Reply)?;
    let (field, name) = file_of(&mut form).await?;
    // It may be asked once more after its end, which it does not bear by itself.
    let mut field = field.fuse();
    let beginning = read_head(&mut field).await?;
    let head = &beginning[..beginning.len().min(HEAD)];
    let accepted = accept(query.kind, sniff(head, name.as_deref()), head).map_err(problems::refused)?;
    // Where the form says how long it is, its file is no longer.
    let at_most = length.and_then(|length| u64::try_from(length.0.0).ok()).unwrap_or(u64::MAX).min(accepted.limit);
    let media = begin(&state, principal, accepted, at_most, name).await?;
    match receive(&state, &media, accepted, beginning, &mut field).await {
        Ok(stored) => Ok(HttpResponse::Created().json(finish(&state, media, stored).await?)),
        Err(problem) => {
            forget(&state, media).await?;
            Err(problem)
        }
    }
}

/// As much as tells what it is; more, where more came at once.
async fn read_head(field: &mut Fuse<Field>) -> Result<Bytes, Problem> {
    let mut head = Vec::new();
    while head.len() < HEAD {
        match next(field).await? {
            Some(chunk) => head.extend_from_slice(&chunk),
            None if head.is_empty() => return Err(Problem::malformed("the file is empty")),
            None => break,
        }
    }
    Ok(head.into())
}

async fn next(field: &mut Fuse<Field>) -> Result<Option<Bytes>, Problem> {
    field.try_next().await.map_err(|_| Problem::malformed("the file did not come whole"))
}

/// The row comes first: what is half-written when the process dies is found by it, and deleted. It holds room for `at_most`
/// bytes from now on: what comes at the same time cannot have it, too.
async fn begin(
    state: &AppState,
    principal: &Principal,
    accepted: Accepted,
    at_most: u64,
    file_name: Option<String>,
) -> Result<Media, Problem> {
    let now = state.clock.now();
    let media = Media {
        tenant_id: principal.tenant,
        id: new_id(now),
        origin: MediaOrigin::Uploaded,
        kind: accepted.kind,
        state: MediaState::Waiting,
        number_id: None,
        message_id: None,
        person_id: principal.person,
        meta_id: None,
        said_type: None,
        said_sha256: None,
        mime_type: Some(accepted.mime_type.to_owned()),
        file_name,
        size: i64::try_from(at_most).ok(),
        sha256: None,
        problem: None,
        due_at: Some(now + LONGEST),
        attempts: 0,
        created_at: now,
        updated_at: now,
    };
    let mut tx = state.db.write(Scope::Tenant(media.tenant_id)).await?;
    let conn = &mut tx.conn();
    tenant::lock(conn, media.tenant_id).await?;
    let unsent = media::unsent(conn, media.tenant_id).await?;
    if unsent.files >= MOST_UNSENT.files || unsent.bytes + media.size.unwrap_or(0) > MOST_UNSENT.bytes {
        return Err(problems::too_many_unsent());
    }
    media::insert(conn, std::slice::from_ref(&media)).await?;
    tx.commit().await?;
    Ok(media)
}

/// Writes the file as it comes; none that is too large is ever there as a whole.
async fn receive(
    state: &AppState,
    media: &Media,
    accepted: Accepted,
    beginning: Bytes,
    field: &mut Fuse<Field>,
) -> Result<StoredFile, Problem> {
    let mut writing = state.media.write(key(media));
    let mut chunk = Some(beginning);
    while let Some(bytes) = chunk {
        if writing.size() + bytes.len() as u64 > accepted.limit {
            writing.abort().await?;
            return Err(problems::too_large(accepted.kind, accepted.limit, larger_kind(accepted)));
        }
        writing.push(bytes).await?;
        chunk = match next(field).await {
            Ok(chunk) => chunk,
            Err(problem) => {
                writing.abort().await?;
                return Err(problem);
            }
        };
    }
    Ok(writing.finish().await?)
}

fn key(media: &Media) -> Key {
    Key { tenant: media.tenant_id, media: media.id }
}

/// As what it may be larger.
fn larger_kind(accepted: Accepted) -> Option<MediaKind> {
    let document = accept(Some(MediaKind::Document), accepted.mime_type, &[]).ok()?;
    (document.limit > accepted.limit).then_some(MediaKind::Document)
}

async fn finish(state: &AppState, media: Media, stored: StoredFile) -> Result<MediaBody, Problem> {
    let ready = Media {
        state: MediaState::Ready,
        size: i64::try_from(stored.size).ok(),
        sha256: Some(stored.sha256),
        due_at: None,
        updated_at: state.clock.now(),
        ..media
    };
    let mut tx = state.db.write(Scope::Tenant(ready.tenant_id)).await?;
    let is_kept = media::record(&mut tx.conn(), &ready, 0).await?;
    tx.commit().await?;
    if is_kept {
        return Ok(ready.into());
    }
    // It took so long that it counted as given up; whoever deleted it did so before it was there.
    state.media.delete(key(&ready)).await?;
    Err(Problem::malformed("the file took too long to come"))
}

async fn forget(state: &AppState, media: Media) -> Result<(), Problem> {
    let now = state.clock.now();
    let deleted = Media { state: MediaState::Deleted, due_at: Some(now), updated_at: now, ..media };
    let mut tx = state.db.write(Scope::Tenant(deleted.tenant_id)).await?;
    media::record(&mut tx.conn(), &deleted, 0).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Media);
    Ok(())
}
