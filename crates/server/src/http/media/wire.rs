//! What the operations of this area answer.

use serde::Serialize;
use switchboard_media::is_shown_inline;
use switchboard_store::{MediaKind, MediaProblem, MediaState, media::Media};
use utoipa::ToSchema;
use uuid::Uuid;

/// A file. Its bytes are at `/api/media/{id}`.
#[derive(Serialize, ToSchema)]
pub(crate) struct MediaBody {
    id: Uuid,
    /// As which type of message it came or can be sent: `image`, `audio`, `video`, `document` or `sticker`
    #[schema(value_type = String, example = "image")]
    kind: MediaKind,
    /// `waiting` (it is being fetched from WhatsApp), `ready`, `failed` (`problem` says why) or `deleted`
    #[schema(value_type = String, example = "ready")]
    state: MediaState,
    /// What its bytes show, whatever was said
    #[schema(example = "image/jpeg")]
    mime_type: Option<String>,
    #[schema(example = "receipt.pdf")]
    file_name: Option<String>,
    /// In bytes
    size: Option<i64>,
    /// It is answered to be shown or played; every other file is answered to be saved
    is_inline: bool,
    /// `expired`, `too_large`, `corrupt`, `refused`, `unavailable` or `not_connected`: there is no file.
    /// `mismatch`: there is, but it is something else than its sender said
    #[schema(value_type = Option<String>, example = "expired")]
    problem: Option<MediaProblem>,
    /// RFC 3339
    created_at: String,
}

impl From<Media> for MediaBody {
    fn from(media: Media) -> Self {
        Self {
            is_inline: is_inline(&media),
            id: media.id,
            kind: media.kind,
            state: media.state,
            mime_type: media.mime_type,
            file_name: media.file_name,
            size: media.size,
            problem: media.problem,
            created_at: media.created_at.to_rfc3339(),
        }
    }
}

/// What is not what it was said to be is not shown as that.
pub(super) fn is_inline(media: &Media) -> bool {
    let is_safe = media.mime_type.as_deref().is_some_and(is_shown_inline);
    is_safe && media.state == MediaState::Ready && media.problem.is_none() && media.kind != MediaKind::Document
}
