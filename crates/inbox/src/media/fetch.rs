//! What customers send, from Meta to our store.

use std::{ops::RangeInclusive, time::Duration};

use switchboard_graph_client::{GraphError, Kind, MediaInfo};
use switchboard_media::{HEAD, MediaStoreError, StoredFile, Told, Writing, compare, limit, sniff};
use switchboard_store::{MediaKind, MediaProblem, MediaState, Result, crash_point, media::Media};

use super::{HELD, MediaWorker, backoff, is_past, key};
use crate::access::{Access, NoAccess};

/// A file is given up after so many tries, which take about two hours.
const MAX_ATTEMPTS: i64 = 8;
/// What is broken so often stays broken.
const MAX_BROKEN: i64 = 3;
/// What our own store did not take is tried again after as long as it has waited already, within these.
const UNSTORED: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_hours(1);

/// How a try ended.
enum Outcome {
    Stored {
        file: StoredFile,
        told: Told,
    },
    Failed(MediaProblem),
    /// Trying again may help. `None`: when it is this file's turn.
    Later(Option<Duration>),
    /// It did not come to a try: the number waits to be connected again.
    Held,
    /// It was no try either: our own store failed.
    Unstored,
}

impl From<MediaProblem> for Outcome {
    fn from(problem: MediaProblem) -> Self {
        Self::Failed(problem)
    }
}

impl MediaWorker {
    pub(super) async fn fetch(&self, file: &Media) -> Result<()> {
        crash_point("media.claimed");
        let outcome = match self.access_to(file).await? {
            Ok(access) => self.transfer(file, &access).await,
            Err(NoAccess::Held) => Outcome::Held,
            Err(NoAccess::Gone) => MediaProblem::NotConnected.into(),
        };
        crash_point("media.stored");
        self.conclude(file, outcome).await
    }

    async fn access_to(&self, file: &Media) -> Result<Result<Access, NoAccess>> {
        match file.number_id {
            Some(number) => self.access(file.tenant_id, number).await,
            None => Ok(Err(NoAccess::Gone)),
        }
    }

    async fn transfer(&self, file: &Media, access: &Access) -> Outcome {
        let Some(meta_id) = &file.meta_id else { return MediaProblem::Expired.into() };
        let info = match self.parts.graph.media(meta_id, Some(&access.phone_number_id), &access.token).await {
            Ok(info) => info,
            Err(error) => return self.judge(file, access, &error),
        };
        let limit = limit(MediaKind::Document);
        if info.file_size.is_some_and(|size| u64::try_from(size).unwrap_or(0) > limit) {
            return MediaProblem::TooLarge.into();
        }
        if !self.parts.graph.is_media_address(&info.url) {
            tracing::warn!(media.id = %file.id, host = info.url.host_str(), "a file was to be fetched from elsewhere");
            return MediaProblem::Refused.into();
        }
        let max = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut download = match self.parts.graph.download_media(&info.url, max, &access.token).await {
            Ok(download) => download,
            // Its five minutes are over: the next try asks for another address.
            Err(error) if error.http_status == Some(404) => return Outcome::Later(Some(Duration::ZERO)),
            Err(error) => return self.judge(file, access, &error),
        };
        let mut writing = self.parts.store.write(key(file));
        let mut head = Vec::with_capacity(HEAD);
        loop {
            let chunk = match download.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) => {
                    abandon(writing).await;
                    return self.judge(file, access, &error);
                }
            };
            head.extend_from_slice(&chunk[..chunk.len().min(HEAD - head.len())]);
            if let Err(error) = writing.push(chunk).await {
                return unstored(file, &error);
            }
        }
        let stored = match writing.finish().await {
            Ok(stored) => stored,
            Err(error) => return unstored(file, &error),
        };
        check(file, &info, stored, &head)
    }

    fn judge(&self, file: &Media, access: &Access, error: &GraphError) -> Outcome {
        tracing::warn!(media.id = %file.id, attempt = file.attempts, error = %error, "a file could not be fetched");
        self.heed(file.tenant_id, access.waba, error);
        if error.is_too_large() {
            return MediaProblem::TooLarge.into();
        }
        match error.kind {
            Kind::Reauthorise => Outcome::Held,
            Kind::Request | Kind::Recipient | Kind::WindowClosed => MediaProblem::Expired.into(),
            Kind::Permission | Kind::Account => MediaProblem::NotConnected.into(),
            Kind::Throttled(_) | Kind::Quality | Kind::Transient => Outcome::Later(error.retry_after),
        }
    }

    async fn conclude(&self, file: &Media, outcome: Outcome) -> Result<()> {
        let now = self.parts.clock.now();
        let mut result = Media { due_at: None, updated_at: now, ..file.clone() };
        let counted = match outcome {
            Outcome::Stored { file: stored, told } => {
                result.state = MediaState::Ready;
                result.mime_type = Some(told.mime_type);
                result.size = i64::try_from(stored.size).ok();
                result.sha256 = Some(stored.sha256);
                result.problem = told.is_mismatch.then_some(MediaProblem::Mismatch);
                "stored"
            }
            Outcome::Failed(problem) => {
                result.state = MediaState::Failed;
                result.problem = Some(problem);
                "failed"
            }
            Outcome::Later(_) | Outcome::Held | Outcome::Unstored if is_past(file, now) => {
                result.state = MediaState::Failed;
                result.problem = Some(MediaProblem::Expired);
                "failed"
            }
            Outcome::Later(_) if file.attempts >= MAX_ATTEMPTS => {
                result.state = MediaState::Failed;
                result.problem = Some(MediaProblem::Unavailable);
                "failed"
            }
            Outcome::Later(after) => {
                result.due_at = Some(now + after.unwrap_or_else(|| backoff(file.attempts)));
                "later"
            }
            Outcome::Held => {
                result.attempts = file.attempts - 1;
                result.due_at = Some(now + HELD);
                "held"
            }
            Outcome::Unstored => {
                let waited = now.saturating_since(file.created_at);
                result.attempts = file.attempts - 1;
                result.due_at = Some(now + waited.clamp(*UNSTORED.start(), *UNSTORED.end()));
                "unstored"
            }
        };
        metrics::counter!("switchboard_media_fetched_total", "outcome" => counted).increment(1);
        self.record(file, result).await
    }
}

async fn abandon(writing: Writing) {
    if let Err(error) = writing.abort().await {
        tracing::warn!(error = %error, "half a file could not be removed; it goes later");
    }
}

fn unstored(file: &Media, error: &MediaStoreError) -> Outcome {
    tracing::error!(media.id = %file.id, error = %error, "a file could not be stored");
    Outcome::Unstored
}

/// Whether what came is what was sent, and what it is.
fn check(file: &Media, info: &MediaInfo, stored: StoredFile, head: &[u8]) -> Outcome {
    let said = [file.said_sha256.as_deref(), info.sha256.as_deref()];
    let is_whole = info.file_size.is_none_or(|size| u64::try_from(size) == Ok(stored.size));
    if !is_whole || said.into_iter().flatten().any(|said| !is_digest(said, &stored.sha256)) {
        tracing::warn!(media.id = %file.id, attempt = file.attempts, "a file is not what was sent");
        return if file.attempts < MAX_BROKEN { Outcome::Later(None) } else { MediaProblem::Corrupt.into() };
    }
    let said_type = file.said_type.as_deref().or(info.mime_type.as_deref());
    let told = compare(file.kind, said_type, sniff(head, file.file_name.as_deref()));
    Outcome::Stored { file: stored, told }
}

/// Whether `said` is the digest, which webhooks write in base64 and Graph in hexadecimal digits.
fn is_digest(said: &str, hex: &str) -> bool {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let said = said.trim();
    if said.len() == hex.len() {
        return said.eq_ignore_ascii_case(hex);
    }
    STANDARD.decode(said).is_ok_and(|bytes| hex::encode(bytes) == hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_known_in_both_spellings() {
        let hex = "49f23723480685329b254596c310b5f8500d051d9f0af3e97e93aec53d131942";
        let base64 = "SfI3I0gGhTKbJUWWwxC1+FANBR2fCvPpfpOuxT0TGUI=";
        assert!(is_digest(hex, hex) && is_digest(&hex.to_uppercase(), hex) && is_digest(base64, hex));
        assert!(!is_digest("SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=", hex) && !is_digest("", hex));
    }
}
