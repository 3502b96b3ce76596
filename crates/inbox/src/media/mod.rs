//! Files: what arrived is fetched from Meta, what is to leave is uploaded to Meta, what nobody needs is deleted.
//!
//! * Each is a row with a lease: whoever dies in the middle leaves it to whoever looks when the lease has lapsed. Doing it
//!   twice does no harm: a file is written under a name of ours, and is there whole or not at all.
//! * A message with a file is not marked as being sent before the file is at Meta: an upload may take minutes, and a send
//!   that nobody has heard of for half a minute counts as unknown.

mod fetch;
mod received;
mod upload;

use std::{convert::Infallible, time::Duration};

use switchboard_graph_client::{GraphClient, GraphError, Kind};
use switchboard_media::{Key, MediaStore};
use switchboard_store::{
    Db, DueWork, MediaOrigin, MediaState, Millis, Notifier, Result, Scope, SharedClock, Signal, TenantId, Vault,
    Workers, event,
    media::{self, Media},
    media_upload::{self, MediaUpload},
    message::{self, MessageKey},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) use received::take_in;

use crate::{
    access::{Access, NoAccess, Sealed},
    delivery::TokenRefused,
    events, transcripts,
};

/// Renewed while a transfer lasts, so that one whose process has died is soon begun anew.
const LEASE: Duration = Duration::from_secs(30);
const RENEWED: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 6;
/// What waits for a number to be connected again is looked at this often.
const HELD: Duration = Duration::from_mins(1);
/// How long Meta keeps what customers send.
const KEPT_BY_META: Duration = Duration::from_hours(7 * 24);
/// How long an upload is relied on: Meta keeps it 30 days.
pub(crate) const UPLOAD_LASTS: Duration = Duration::from_hours(29 * 24);

/// What looking after files takes.
#[derive(Debug, Clone)]
pub struct MediaParts {
    pub db: Db,
    pub clock: SharedClock,
    pub vault: Vault,
    pub graph: GraphClient,
    pub notifier: Notifier,
    pub store: MediaStore,
    /// Whoever looks after tokens hears here that one was refused.
    pub refused: mpsc::UnboundedSender<TokenRefused>,
}

/// Looks after files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct MediaWorker {
    parts: MediaParts,
}

/// Something to do, as this process's for a while.
#[derive(Debug)]
pub enum Claimed {
    File(Box<Media>),
    Upload(MediaUpload),
}

impl DueWork for MediaWorker {
    type Claimed = Claimed;

    async fn is_due(&self) -> Result<bool> {
        let now = self.parts.clock.now();
        let mut tx = self.parts.db.read(Scope::System).await?;
        let conn = &mut tx.conn();
        Ok(media::due(conn, now).await? > 0 || media_upload::due(conn, now).await? > 0)
    }

    /// Uploads first: somebody waits for them.
    async fn claim(&self) -> Result<Option<Claimed>> {
        let now = self.parts.clock.now();
        let mut tx = self.parts.db.write(Scope::System).await?;
        let upload = media_upload::claim(&mut tx.conn(), now, now + LEASE).await?;
        let claimed = match upload {
            Some(upload) => Some(Claimed::Upload(upload)),
            None => media::claim(&mut tx.conn(), now, now + LEASE).await?.map(Box::new).map(Claimed::File),
        };
        tx.commit().await?;
        Ok(claimed)
    }

    async fn work(&self, claimed: &Claimed, stop: &CancellationToken) -> Result<()> {
        tokio::select! {
            done = self.see_to(claimed) => done,
            () = stop.cancelled() => self.give_back(claimed).await,
            never = self.renew(claimed) => match never {},
        }
    }
}

impl MediaWorker {
    pub fn new(parts: MediaParts) -> Self {
        Self { parts }
    }

    /// Works until `stop`; what is under way then is given back.
    pub async fn run(&self, stop: CancellationToken) {
        Workers::new(self.clone(), self.parts.notifier.clone(), Signal::Media, AT_ONCE).run(stop).await;
    }

    async fn see_to(&self, claimed: &Claimed) -> Result<()> {
        match claimed {
            Claimed::File(file) => self.look_after(file).await,
            Claimed::Upload(upload) => self.upload(upload).await,
        }
    }

    async fn renew(&self, claimed: &Claimed) -> Infallible {
        loop {
            tokio::time::sleep(RENEWED).await;
            if let Err(error) = self.extend(claimed).await {
                tracing::warn!(error = %error, "a claim could not be renewed; somebody else may do the same work");
            }
        }
    }

    async fn extend(&self, claimed: &Claimed) -> Result<()> {
        let until = self.parts.clock.now() + LEASE;
        let mut tx = self.parts.db.write(Scope::System).await?;
        match claimed {
            Claimed::File(file) => media::extend(&mut tx.conn(), file, until).await?,
            Claimed::Upload(upload) => media_upload::extend(&mut tx.conn(), upload, until).await?,
        }
        tx.commit().await
    }

    /// What was broken off was no try.
    async fn give_back(&self, claimed: &Claimed) -> Result<()> {
        let now = self.parts.clock.now();
        let mut tx = self.parts.db.write(Scope::System).await?;
        match claimed {
            Claimed::File(file) => {
                // Whoever still uploads to us sees by the number that the file was given up meanwhile: it is not turned back.
                let tries_again = file.origin == MediaOrigin::Received;
                let attempts = file.attempts - i64::from(tries_again);
                let due_again = Media { due_at: Some(now), attempts, ..(**file).clone() };
                media::record(&mut tx.conn(), &due_again, file.attempts).await?;
            }
            Claimed::Upload(upload) => {
                let due_again = MediaUpload { due_at: Some(now), attempts: upload.attempts - 1, ..upload.clone() };
                media_upload::record(&mut tx.conn(), &due_again, upload.attempts).await?;
            }
        }
        tx.commit().await
    }

    async fn look_after(&self, file: &Media) -> Result<()> {
        match (file.state, file.origin) {
            (MediaState::Waiting, MediaOrigin::Received) => self.fetch(file).await,
            // Whoever uploaded it died or went away in the middle.
            (MediaState::Waiting, MediaOrigin::Uploaded) | (MediaState::Deleted, _) => self.delete(file).await,
            (MediaState::Ready | MediaState::Failed, _) => {
                self.record(file, Media { due_at: None, ..file.clone() }).await
            }
        }
    }

    async fn delete(&self, file: &Media) -> Result<()> {
        let now = self.parts.clock.now();
        let deleted = Media { state: MediaState::Deleted, updated_at: now, ..file.clone() };
        if let Err(error) = self.parts.store.delete(key(file)).await {
            tracing::error!(media.id = %file.id, error = %error, "a file could not be deleted; it is tried again");
            return self.record(file, Media { due_at: Some(now + backoff(file.attempts)), ..deleted }).await;
        }
        self.record(file, Media { due_at: None, ..deleted }).await?;
        let mut tx = self.parts.db.write(Scope::Tenant(file.tenant_id)).await?;
        media::forget(&mut tx.conn(), file.tenant_id, file.id).await?;
        tx.commit().await
    }

    /// Stores what became of a file, and tells whoever looks at its message.
    async fn record(&self, claimed: &Media, now_is: Media) -> Result<()> {
        let mut tx = self.parts.db.write(Scope::Tenant(claimed.tenant_id)).await?;
        let conn = &mut tx.conn();
        if !media::record(conn, &now_is, claimed.attempts).await? {
            let is_wanted = media::get(conn, claimed.tenant_id, claimed.id).await?.is_some();
            drop(tx);
            return if is_wanted { Ok(()) } else { self.discard(claimed).await };
        }
        let changed = now_is.state != claimed.state || now_is.due_at.is_none();
        if let Some(id) = claimed.message_id.filter(|_| changed) {
            let messages = message::by_id(conn, &[MessageKey { tenant_id: claimed.tenant_id, id }]).await?;
            let told: Vec<_> =
                messages.iter().map(|message| events::message_updated(message, now_is.updated_at)).collect();
            event::insert(conn, &told).await?;
            for message in messages.iter().filter(|_| now_is.state == MediaState::Ready) {
                transcripts::file_arrived(conn, message, &now_is, now_is.updated_at).await?;
            }
        }
        tx.commit().await?;
        self.parts.notifier.notify(Signal::Transcript);
        self.parts.notifier.notify(Signal::Event);
        Ok(())
    }

    /// What was fetched while its row went, with its tenant: nothing leads to it any more.
    async fn discard(&self, file: &Media) -> Result<()> {
        if let Err(error) = self.parts.store.delete(key(file)).await {
            tracing::error!(media.id = %file.id, error = %error, "a file without a row could not be deleted; it stays");
        }
        Ok(())
    }

    /// The token of a number.
    async fn access(&self, tenant: TenantId, number: Uuid) -> Result<Result<Access, NoAccess>> {
        let mut tx = self.parts.db.read(Scope::Tenant(tenant)).await?;
        let sealed = Sealed::of(&mut tx.conn(), tenant, number).await?;
        drop(tx);
        match sealed {
            Ok(sealed) => Ok(sealed.open(&self.parts.db, &self.parts.vault).await),
            Err(none) => Ok(Err(none)),
        }
    }

    /// Tells whoever looks after tokens if this was about one.
    fn heed(&self, tenant_id: TenantId, waba: Uuid, error: &GraphError) {
        if error.kind == Kind::Reauthorise {
            let reason = error.plain_reason().to_owned();
            // Nobody listens only when the process is going down; the next call tells again.
            let _ = self.parts.refused.send(TokenRefused { tenant_id, waba, reason });
        }
    }
}

fn key(file: &Media) -> Key {
    Key { tenant: file.tenant_id, media: file.id }
}

/// 5 s, 15 s, 45 s, … up to an hour after so many tries.
fn backoff(attempts: i64) -> Duration {
    let factor = 3_u64.saturating_pow(u32::try_from(attempts - 1).unwrap_or(0).min(10));
    Duration::from_secs(5 * factor).min(Duration::from_hours(1))
}

/// Whether Meta cannot have it any more.
fn is_past(file: &Media, now: Millis) -> bool {
    now.saturating_since(file.created_at) > KEPT_BY_META
}
