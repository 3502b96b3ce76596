use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{
        self, ByteRangeSpec, Charset, ContentDisposition, ContentEncoding, DispositionParam, DispositionType,
        ExtendedValue, Header, Range,
    },
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_media::Key;
use switchboard_store::{
    MediaState, Scope,
    media::{self, Media},
};
use uuid::Uuid;

use super::wire::is_inline;
use crate::http::{AppState, Authenticated, Problem};

/// Nothing in a file runs or loads anything, should a browser ever open it as a page.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";
/// What is only ever saved has no type that a browser would act on.
const SAVED: &str = "application/octet-stream";

/// Read a file
///
/// Its bytes, or a part of them with `Range`. Pictures, sound and video of the common types are answered to be shown, every
/// other file to be saved.
#[utoipa::path(tag = "media",
    params(("id" = Uuid, Path, description = "The file's id"),
        ("Range" = Option<String>, Header, description = "One range of bytes")),
    responses(
        (status = 200, description = "The whole file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "A part of it", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 409, description = "`media_not_ready`: it is being fetched from WhatsApp, or could not be",
            body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "`media_deleted`", body = Problem, content_type = "application/problem+json"),
        (status = 416, description = "`range_not_satisfiable`", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[get("/api/media/{id}")]
pub(super) async fn get(
    request: HttpRequest,
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let media = media::get(&mut tx.conn(), tenant, *id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let size = match media.state {
        MediaState::Ready => media.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
        MediaState::Deleted => return Err(Problem::gone("media_deleted", "the file is not kept any more")),
        MediaState::Waiting | MediaState::Failed => {
            return Err(Problem::conflict("media_not_ready", "the file is not here"));
        }
    };
    let Ok(part) = wanted(&request, size) else {
        return Err(Problem::range_not_satisfiable(size));
    };
    let key = Key { tenant, media: media.id };
    let reading = state.media.read(key, part.map(|(first, last)| first..last + 1)).await?;
    let mut answer = if part.is_some() { HttpResponse::PartialContent() } else { HttpResponse::Ok() };
    if let Some((first, last)) = part {
        answer.insert_header((header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}")));
    }
    answer
        .content_type(if is_inline(&media) { media.mime_type.as_deref().unwrap_or(SAVED) } else { SAVED })
        .insert_header(disposition(&media))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        // Compressed, the ranges would be of something else.
        .insert_header(ContentEncoding::Identity)
        .no_chunking(part.map_or(size, |(first, last)| last - first + 1));
    Ok(answer.streaming(reading.into_stream()))
}

/// The first and the last byte that are asked for; `None`: all. An error: they are beyond the end.
fn wanted(request: &HttpRequest, size: u64) -> Result<Option<(u64, u64)>, ()> {
    match Range::parse(request) {
        Ok(Range::Bytes(specs)) => match specs.as_slice() {
            [spec] => ByteRangeSpec::to_satisfiable_range(spec, size).map(Some).ok_or(()),
            // Several at once are answered with all, as one may.
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

fn disposition(media: &Media) -> ContentDisposition {
    let disposition = if is_inline(media) { DispositionType::Inline } else { DispositionType::Attachment };
    let name = media.file_name.clone().unwrap_or_else(|| unnamed(media));
    let name =
        ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: name.into_bytes() };
    ContentDisposition { disposition, parameters: vec![DispositionParam::FilenameExt(name)] }
}

/// A name for what came without one.
fn unnamed(media: &Media) -> String {
    let ending = match media.mime_type.as_deref() {
        Some("image/jpeg") => ".jpg",
        Some("image/png") => ".png",
        Some("image/webp") => ".webp",
        Some("audio/ogg") => ".ogg",
        Some("audio/mpeg") => ".mp3",
        Some("audio/mp4") => ".m4a",
        Some("audio/aac") => ".aac",
        Some("audio/amr") => ".amr",
        Some("video/mp4") => ".mp4",
        Some("video/3gpp") => ".3gp",
        Some("application/pdf") => ".pdf",
        _ => "",
    };
    format!("{}-{}{ending}", media.kind, &media.id.simple().to_string()[24..])
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(None, Ok(None))]
    #[case(Some("bytes=0-1"), Ok(Some((0, 1))))]
    #[case(Some("bytes=4-"), Ok(Some((4, 9))))]
    #[case(Some("bytes=-3"), Ok(Some((7, 9))))]
    #[case(Some("bytes=4-400"), Ok(Some((4, 9))))]
    #[case(Some("bytes=10-"), Err(()))]
    #[case(Some("bytes=0-1,4-5"), Ok(None))]
    #[case(Some("bytes=x"), Ok(None))]
    #[case(Some("lines=1-2"), Ok(None))]
    fn one_range_is_heeded(#[case] range: Option<&str>, #[case] expected: Result<Option<(u64, u64)>, ()>) {
        let request = range.into_iter().fold(TestRequest::get(), |it, range| it.insert_header(("range", range)));
        assert_eq!(wanted(&request.to_http_request(), 10), expected);
    }
}
