//! The pictures that a model is shown: few, not too large, the newest.

mod memory;

use std::{collections::HashMap, time::Duration};

use switchboard_media::{HEAD, Key, MediaStore, MediaStoreError, sniff};
use switchboard_store::{MediaKind, MediaState, media::Media};

use self::memory::{Held, Memory, SHARE};
use super::question::{Question, Said};
use crate::prompt::Picture;

/// At most so many with one question.
const MOST: usize = 3;
/// In bytes, each.
const LARGEST: u64 = 4 * 1024 * 1024;
/// Of what was answered already, so many messages back: "And in blue?" is about the picture before it.
const RECENT: usize = 6;
/// What models take.
const TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];
/// Where there is no room for them sooner, the customer is answered without.
const ROOM_WITHIN: Duration = Duration::from_secs(5);
/// A store that takes longer is not waited for; the customer is answered without.
const READ_WITHIN: Duration = Duration::from_secs(5);

/// Shows pictures. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sight {
    store: MediaStore,
    memory: Memory,
}

/// A file that can be shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visible {
    key: Key,
    size: u64,
}

impl Visible {
    /// `None`: it is not there, is no picture, or too large.
    pub(super) fn of(file: &Media) -> Option<Self> {
        let is_picture = file.kind == MediaKind::Image && TYPES.contains(&file.mime_type.as_deref()?);
        let size = u64::try_from(file.size?).ok().filter(|size| *size <= LARGEST)?;
        let is_there = file.state == MediaState::Ready;
        (is_picture && is_there).then_some(Self { key: Key { tenant: file.tenant_id, media: file.id }, size })
    }
}

/// What is shown with one question.
#[derive(Default)]
pub(super) struct Seen {
    pictures: HashMap<uuid::Uuid, Picture>,
    /// Given back when they are shown.
    _memory: Option<Held>,
}

impl Seen {
    pub(super) fn of(&self, said: &Said) -> Option<&Picture> {
        self.pictures.get(&said.picture?.key.media)
    }
}

impl Sight {
    pub fn new(store: MediaStore) -> Self {
        Self { store, memory: Memory::default() }
    }

    /// What is to be looked at, as far as there is room for it and it can be read.
    pub(super) async fn look(&self, question: &Question) -> Seen {
        let recent = question.history.iter().rev().take(RECENT);
        let said = question.pending.iter().rev().chain(recent);
        let (visible, kib) = fitting(said.filter_map(|said| said.picture));
        let Some(tenant) = visible.first().map(|it| it.key.tenant) else { return Seen::default() };
        let Some(memory) = self.memory.take(tenant, kib, ROOM_WITHIN).await else {
            tracing::warn!(tenant.id = %tenant, "a question is answered without its pictures: there was no room for them");
            return Seen::default();
        };
        let mut pictures = HashMap::new();
        for it in visible {
            pictures.extend(self.read(it).await.map(|picture| (it.key.media, picture)));
        }
        Seen { pictures, _memory: Some(memory) }
    }

    /// `None`: the answer is given without it.
    async fn read(&self, visible: Visible) -> Option<Picture> {
        let bytes = tokio::time::timeout(READ_WITHIN, self.bytes(visible.key)).await;
        let bytes = bytes.unwrap_or_else(|_| Err(MediaStoreError::Failed("it took too long".to_owned())));
        let bytes = bytes
            .inspect_err(|error| tracing::error!(media.id = %visible.key.media, %error, "a picture could not be read"));
        let bytes = bytes.ok().filter(|bytes| bytes.len() as u64 <= LARGEST)?;
        let mime_type = sniff(&bytes[..bytes.len().min(HEAD)], None);
        TYPES.contains(&mime_type).then(|| Picture::new(mime_type, &bytes))
    }

    async fn bytes(&self, key: Key) -> Result<Vec<u8>, MediaStoreError> {
        self.store.read(key, None).await?.into_bytes().await
    }
}

/// The first of them, as many as a model is shown and one tenant has room for; and the KiB that they take.
fn fitting(visible: impl Iterator<Item = Visible>) -> (Vec<Visible>, u32) {
    let (mut kept, mut kib) = (Vec::new(), 0);
    for it in visible.take(MOST) {
        let size = u32::try_from(it.size.div_ceil(1024)).unwrap_or(u32::MAX);
        if size > SHARE - kib {
            break;
        }
        kib += size;
        kept.push(it);
    }
    (kept, kib)
}
