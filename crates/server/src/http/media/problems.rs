//! Why a file is not taken, as problems.

use std::num::NonZeroU64;

use actix_web::http::StatusCode;
use switchboard_media::{MediaStoreError, Refusal};
use switchboard_store::MediaKind;

use crate::http::Problem;

const MIB: f64 = 1024.0 * 1024.0;

/// What WhatsApp takes, for people.
const TAKEN: &str = "JPEG and PNG pictures, MP4 and 3GP videos, AAC, AMR, MP3, M4A and OGG sound, WebP stickers, and PDF, \
    Word, Excel, PowerPoint and plain-text documents";

/// 413. What would work: less, or another type of message.
pub(super) fn too_large(kind: MediaKind, limit: u64, instead: Option<MediaKind>) -> Problem {
    #[expect(clippy::cast_precision_loss, reason = "for people, to one digit")]
    let most = limit as f64 / MIB;
    let sent = instead.map(|instead| format!(" Sent as a {instead}, it may be larger.")).unwrap_or_default();
    let mut problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "media_too_large", "The file is too large")
        .detail(format!("WhatsApp takes at most {most:.1} MB for this type of file ({kind}).{sent}"));
    problem.limit = NonZeroU64::new(limit);
    problem.instead = instead;
    problem
}

/// 415.
pub(super) fn refused(refusal: Refusal) -> Problem {
    let unsupported =
        || Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_unsupported", "WhatsApp does not take this file");
    match refusal {
        Refusal::Unsupported { found } => {
            unsupported().detail(format!("It is {found}, whatever its name says. WhatsApp takes {TAKEN}."))
        }
        Refusal::AnotherKind { found, instead } => {
            let mut problem = unsupported().detail(format!("It is {found}, which can be sent as a {instead}."));
            problem.instead = Some(instead);
            problem
        }
    }
}

/// 409.
pub(super) fn too_many_unsent() -> Problem {
    Problem::conflict(
        "too_many_unsent",
        "too many files were uploaded and not sent; send or delete some, or wait a day",
    )
}

impl From<MediaStoreError> for Problem {
    fn from(error: MediaStoreError) -> Self {
        match error {
            MediaStoreError::NotFound => Self::not_found(),
            error => Self::internal(error),
        }
    }
}
