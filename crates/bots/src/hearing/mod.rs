//! Writing down what customers say in voice notes, for the team to read and the bots to answer.
//!
//! Each is a row with a lease that is renewed while somebody listens: whoever dies in the middle leaves it to whoever looks
//! when the lease has lapsed. Doing it twice costs money and does no harm.

mod length;
mod share;
mod transcriber;

use std::time::Duration;

use switchboard_inbox::transcripts;
use switchboard_media::{Key, MediaStore};
use switchboard_store::{
    Db, DueWork, MediaState, Notifier, Purpose, Result, Scope, SharedClock, Signal, TranscriptProblem, TranscriptState,
    Workers, bot, crash_point, hold,
    media::{self, Media},
    transcript::{self, Transcript},
};
use tokio_util::sync::CancellationToken;

pub(crate) use transcriber::Transcriber;

use self::share::{Place, Shares};
use crate::{
    language,
    models::{Models, Sound},
    prompt,
};

const AT_ONCE: usize = 4;
/// Of which one tenant may have so many: who has a hundred to be listened to keeps nobody else waiting.
const PER_TENANT: usize = 2;
/// Without news, another takes it up after this. A try may take longer: as many servers as there are may be slow.
const LEASE: Duration = Duration::from_secs(30);
/// A voice note is given up after so many tries, which take about ten minutes.
const MAX_ATTEMPTS: i64 = 5;
/// In bytes: what WhatsApp takes, and less than the servers do.
const LARGEST: i64 = 16 * 1024 * 1024;

/// What listening takes.
#[derive(Debug, Clone)]
pub struct HearingParts {
    pub db: Db,
    pub clock: SharedClock,
    pub notifier: Notifier,
    pub store: MediaStore,
    pub models: Models,
}

/// Listens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hearing {
    parts: HearingParts,
    shares: Shares,
}

/// What is listened to, in one of its tenant's places.
#[derive(Debug)]
pub struct Taken {
    transcript: Transcript,
    _place: Place,
}

/// How a try ended.
enum Outcome {
    /// And by which model.
    Heard(String, String),
    Failed(TranscriptProblem),
    /// `None`: when it is this one's turn.
    Later(Option<Duration>),
}

impl DueWork for Hearing {
    type Claimed = Taken;

    async fn is_due(&self) -> Result<bool> {
        let full = self.shares.full(PER_TENANT);
        let mut tx = self.parts.db.read(Scope::System).await?;
        Ok(transcript::due(&mut tx.conn(), self.parts.clock.now(), &full).await? > 0)
    }

    async fn claim(&self) -> Result<Option<Taken>> {
        let (now, full) = (self.parts.clock.now(), self.shares.full(PER_TENANT));
        let mut tx = self.parts.db.write(Scope::System).await?;
        let claimed = transcript::claim(&mut tx.conn(), now, now + LEASE, &full).await?;
        tx.commit().await?;
        Ok(claimed.map(|transcript| Taken { _place: self.shares.take(transcript.tenant_id), transcript }))
    }

    async fn work(&self, Taken { transcript, .. }: &Taken, stop: &CancellationToken) -> Result<()> {
        tokio::select! {
            done = self.listen(transcript) => done,
            () = hold(LEASE, transcript.message_id, || self.keep(transcript)) => Ok(()),
            () = stop.cancelled() => self.give_back(transcript).await,
        }
    }
}

impl Hearing {
    pub fn new(parts: HearingParts) -> Self {
        let shares = Shares::new(parts.notifier.clone());
        Self { parts, shares }
    }

    /// Works until `stop`; what is under way then is given back.
    pub async fn run(&self, stop: CancellationToken) {
        Workers::new(self.clone(), self.parts.notifier.clone(), Signal::Transcript, AT_ONCE).run(stop).await;
    }

    /// `false`: somebody else has it, or it is gone with its message.
    async fn keep(&self, claimed: &Transcript) -> Result<bool> {
        let mut tx = self.parts.db.write(Scope::Tenant(claimed.tenant_id)).await?;
        let kept = transcript::keep(&mut tx.conn(), claimed, self.parts.clock.now() + LEASE).await?;
        tx.commit().await?;
        Ok(kept)
    }

    /// Another process may go on at once, and this was no try.
    async fn give_back(&self, claimed: &Transcript) -> Result<()> {
        let now = self.parts.clock.now();
        let attempts = claimed.attempts - 1;
        self.record(claimed, Transcript { due_at: Some(now), attempts, ..claimed.clone() }).await
    }

    async fn listen(&self, claimed: &Transcript) -> Result<()> {
        crash_point("transcript.claimed");
        let outcome = self.hear(claimed).await?;
        crash_point("transcript.heard");
        let now = self.parts.clock.now();
        let mut result = Transcript { due_at: None, updated_at: now, ..claimed.clone() };
        let counted = match outcome {
            Outcome::Heard(text, model) => {
                result.model = Some(model);
                if text.chars().any(char::is_alphanumeric) {
                    result.state = TranscriptState::Ready;
                    result.language = language::detect(&text).map(|it| it.code().to_owned());
                    result.text = Some(text);
                } else {
                    (result.state, result.problem) = (TranscriptState::Failed, Some(TranscriptProblem::Silent));
                }
                "heard"
            }
            Outcome::Failed(problem) => {
                (result.state, result.problem) = (TranscriptState::Failed, Some(problem));
                "failed"
            }
            Outcome::Later(_) if claimed.attempts >= MAX_ATTEMPTS => {
                let problem = Some(TranscriptProblem::Unavailable);
                (result.state, result.problem) = (TranscriptState::Failed, problem);
                "failed"
            }
            Outcome::Later(after) => {
                result.due_at = Some(now + after.unwrap_or_else(|| backoff(claimed.attempts)));
                "later"
            }
        };
        metrics::counter!("switchboard_transcripts_total", "outcome" => counted).increment(1);
        self.record(claimed, result).await
    }

    async fn hear(&self, claimed: &Transcript) -> Result<Outcome> {
        let tenant = claimed.tenant_id;
        let mut tx = self.parts.db.read(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        let models = self.parts.models.of_tenant(conn, tenant).await?;
        let Some(models) = models.filter(|models| models.name(Purpose::Transcription).is_some()) else {
            return Ok(Outcome::Failed(TranscriptProblem::NotSetUp));
        };
        // What listening takes is the bot's that is to answer, where there is one, and else people's.
        let bot = bot::of_number(conn, tenant, claimed.number_id).await?.filter(|bot| bot.enabled);
        if models.is_spent(conn, bot.as_ref()).await? {
            return Ok(Outcome::Failed(TranscriptProblem::Budget));
        }
        let file = media::get(conn, tenant, claimed.media_id).await?;
        drop(tx);
        let Some(file) = file.filter(|file| file.state == MediaState::Ready) else {
            return Ok(Outcome::Failed(TranscriptProblem::Gone));
        };
        if file.size.is_none_or(|size| size > LARGEST) {
            return Ok(Outcome::Failed(TranscriptProblem::TooLarge));
        }
        let Some(sound) = self.read(&file).await else { return Ok(Outcome::Later(None)) };
        let length = length::of(&sound);
        if let Some(problem) = length::problem(&sound, length) {
            return Ok(Outcome::Failed(problem));
        }
        let mime_type = file.mime_type.as_deref().unwrap_or("audio/ogg");
        let sound = Sound { bytes: &sound, mime_type, length };
        Ok(match models.hear(bot.map(|bot| bot.id), sound).await {
            Ok((text, model)) => Outcome::Heard(prompt::printable(&text), model),
            Err(error) if error.is_retryable() => Outcome::Later(error.retry_after()),
            Err(_) => Outcome::Failed(TranscriptProblem::Refused),
        })
    }

    /// `None`: it cannot be read at the moment.
    async fn read(&self, file: &Media) -> Option<Vec<u8>> {
        let reading = self.parts.store.read(Key { tenant: file.tenant_id, media: file.id }, None).await;
        let sound = match reading {
            Ok(reading) => reading.into_bytes().await,
            Err(error) => Err(error),
        };
        sound.inspect_err(|error| tracing::error!(media.id = %file.id, %error, "a voice note could not be read")).ok()
    }

    async fn record(&self, claimed: &Transcript, now_is: Transcript) -> Result<()> {
        let mut tx = self.parts.db.write(Scope::Tenant(claimed.tenant_id)).await?;
        transcripts::record(&mut tx.conn(), claimed, &now_is).await?;
        tx.commit().await?;
        self.parts.notifier.notify(Signal::Event);
        Ok(())
    }
}

/// 5 s, 15 s, 45 s, …
fn backoff(attempts: i64) -> Duration {
    Duration::from_secs(5 * 3_u64.saturating_pow(u32::try_from(attempts - 1).unwrap_or(0).min(6)))
}
