//! What is to leave, from our store to Meta.

use std::collections::BTreeSet;

use switchboard_graph_client::{GraphError, Kind, Upload};
use switchboard_media::MediaStoreError;
use switchboard_store::{
    Conn, Json, MediaState, MessageStatus, Millis, OutboxState, Result, Scope, Signal, conversation,
    conversation::{Conversation, ConversationKey},
    event,
    media::{self, Media},
    media_upload::{self, MediaUpload},
    message::{self, Message, MessageKey},
    outbox,
};

use super::{HELD, MediaWorker, backoff, key};
use crate::{
    Failure,
    access::{Access, NoAccess},
    events, rules,
};

/// An upload is given up after so many tries, which take about ten minutes.
const MAX_ATTEMPTS: i64 = 6;

/// How a try ended.
enum Outcome {
    Uploaded(String),
    /// The messages that wait for it cannot leave.
    Failed(Failure),
    Later(Option<std::time::Duration>, Failure),
    /// It did not come to a try: the number waits to be connected again.
    Held,
}

impl MediaWorker {
    pub(super) async fn upload(&self, upload: &MediaUpload) -> Result<()> {
        let mut tx = self.parts.db.read(Scope::Tenant(upload.tenant_id)).await?;
        let file = media::get(&mut tx.conn(), upload.tenant_id, upload.media_id).await?;
        drop(tx);
        let outcome = match file.filter(|file| file.state == MediaState::Ready) {
            None => Outcome::Failed(Failure::of("The file is not there any more. Attach it again.")),
            Some(file) => match self.access(upload.tenant_id, upload.number_id).await? {
                Ok(access) => self.send_file(&file, &access).await,
                Err(NoAccess::Held) => Outcome::Held,
                Err(NoAccess::Gone) => {
                    Outcome::Failed(Failure::of("The number is no longer connected. Connect it again to send."))
                }
            },
        };
        self.conclude_upload(upload, outcome).await
    }

    async fn send_file(&self, file: &Media, access: &Access) -> Outcome {
        let reading = match self.parts.store.read(key(file), None).await {
            Ok(reading) => reading,
            Err(MediaStoreError::NotFound) => {
                return Outcome::Failed(Failure::of("The file is not there any more. Attach it again."));
            }
            Err(error) => {
                tracing::error!(media.id = %file.id, error = %error, "a file could not be read");
                return Outcome::Later(None, Failure::of("The file could not be read."));
            }
        };
        let name = file.file_name.clone().unwrap_or_else(|| file.kind.as_str().to_owned());
        let upload = Upload {
            name: &name,
            mime_type: file.mime_type.as_deref().unwrap_or("application/octet-stream"),
            length: reading.size,
            body: reqwest::Body::wrap_stream(reading.into_stream()),
        };
        match self.parts.graph.upload_media(&access.phone_number_id, upload, &access.token).await {
            Ok(id) => Outcome::Uploaded(id),
            Err(error) => self.judge_upload(file, access, &error),
        }
    }

    fn judge_upload(&self, file: &Media, access: &Access, error: &GraphError) -> Outcome {
        tracing::warn!(media.id = %file.id, error = %error, "a file could not be uploaded");
        self.heed(file.tenant_id, access.waba, error);
        let failure = Failure::from_graph(error);
        match error.kind {
            Kind::Reauthorise => Outcome::Held,
            Kind::Throttled(_) | Kind::Quality | Kind::Transient => Outcome::Later(error.retry_after, failure),
            Kind::Permission | Kind::Request | Kind::Recipient | Kind::WindowClosed | Kind::Account => {
                Outcome::Failed(failure)
            }
        }
    }

    async fn conclude_upload(&self, upload: &MediaUpload, outcome: Outcome) -> Result<()> {
        let now = self.parts.clock.now();
        let outcome = match outcome {
            Outcome::Later(_, failure) if upload.attempts >= MAX_ATTEMPTS => Outcome::Failed(failure),
            outcome => outcome,
        };
        let mut result = upload.clone();
        let counted = match &outcome {
            Outcome::Uploaded(id) => {
                result.meta_id = Some(id.clone());
                result.uploaded_at = Some(now);
                result.due_at = None;
                "uploaded"
            }
            Outcome::Failed(_) => {
                result.due_at = None;
                "failed"
            }
            Outcome::Later(after, _) => {
                result.due_at = Some(now + after.unwrap_or_else(|| backoff(upload.attempts)));
                "later"
            }
            Outcome::Held => {
                result.attempts = upload.attempts - 1;
                result.due_at = Some(now + HELD);
                "held"
            }
        };
        metrics::counter!("switchboard_media_uploads_total", "outcome" => counted).increment(1);
        let mut tx = self.parts.db.write(Scope::Tenant(upload.tenant_id)).await?;
        let conn = &mut tx.conn();
        // Before the upload's row, as whoever sends takes them: the other way round they would wait for each other.
        let waiting = match outcome {
            Outcome::Failed(_) => Waiting::lock(conn, upload).await?,
            _ => Waiting::default(),
        };
        if !media_upload::record(conn, &result, upload.attempts).await? {
            return Ok(());
        }
        match outcome {
            Outcome::Uploaded(_) => media_upload::release(conn, upload.key(), now).await?,
            Outcome::Failed(failure) => {
                waiting.fail(conn, &failure, now).await?;
                media_upload::forget(conn, upload.key()).await?;
            }
            Outcome::Later(..) | Outcome::Held => {}
        }
        tx.commit().await?;
        self.parts.notifier.notify(Signal::Outbox);
        self.parts.notifier.notify(Signal::Event);
        Ok(())
    }
}

/// The messages that wait for a file, and their conversations, locked.
#[derive(Default)]
struct Waiting {
    conversations: Vec<Conversation>,
    messages: Vec<Message>,
}

impl Waiting {
    async fn lock(conn: &mut Conn<'_>, upload: &MediaUpload) -> Result<Self> {
        let tenant_id = upload.tenant_id;
        let keys = media_upload::waiting(conn, upload.key()).await?;
        let keys: Vec<_> = keys.into_iter().map(|id| MessageKey { tenant_id, id }).collect();
        let of_messages: BTreeSet<_> = message::by_id(conn, &keys)
            .await?
            .iter()
            .map(|message| ConversationKey { tenant_id, id: message.conversation_id })
            .collect();
        let of_messages: Vec<_> = of_messages.into_iter().collect();
        if of_messages.is_empty() {
            return Ok(Self::default());
        }
        let mut conversations = conversation::lock(conn, &of_messages).await?;
        // What the locks show: one may have been sent or cancelled meanwhile.
        let queued = outbox::of_conversations(conn, &of_messages).await?;
        let queued: BTreeSet<_> =
            queued.into_iter().filter(|row| row.state == OutboxState::Queued).map(|row| row.message_id).collect();
        let mut messages = message::by_id(conn, &keys).await?;
        messages.retain(|message| queued.contains(&message.id));
        conversations.retain(|row| messages.iter().any(|message| message.conversation_id == row.id));
        Ok(Self { conversations, messages })
    }

    /// They cannot leave; people are called.
    async fn fail(mut self, conn: &mut Conn<'_>, failure: &Failure, now: Millis) -> Result<()> {
        let mut told = Vec::new();
        for message in &mut self.messages {
            message.status = MessageStatus::Failed;
            message.error = Some(Json(failure.to_value()));
            message.updated_at = now;
            told.push(events::message_updated(message, now));
        }
        for row in &mut self.conversations {
            rules::note_failure(row);
            row.updated_at = now;
            told.push(events::conversation_updated(row, now));
        }
        let failed = self.messages.iter().map(|message| MessageKey { tenant_id: message.tenant_id, id: message.id });
        let failed: Vec<_> = failed.collect();
        conversation::save(conn, &self.conversations).await?;
        message::save(conn, &self.messages).await?;
        outbox::delete(conn, &failed).await?;
        event::insert(conn, &told).await
    }
}
