//! Uploaded and received files.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use actix_web::web::Bytes;
use serde_json::{Map, Value};

/// How many bytes of files are kept; the oldest files are forgotten first.
const BYTES_KEPT: usize = 256 * 1024 * 1024;
/// A download URL lives this long, in milliseconds.
pub(crate) const URL_LIFE_MS: i64 = 5 * 60 * 1000;

/// One file.
pub(crate) struct Media {
    pub(crate) id: String,
    pub(crate) number_id: String,
    pub(crate) mime_type: String,
    pub(crate) bytes: Bytes,
    /// What its description says instead of the truth.
    pub(crate) claims: Map<String, Value>,
}

/// All files, and the download URLs that were given out.
#[derive(Default)]
pub(crate) struct MediaStore {
    files: HashMap<String, Arc<Media>>,
    order: VecDeque<String>,
    bytes: usize,
    urls: HashMap<String, (String, i64)>,
}

impl MediaStore {
    pub(crate) fn insert(&mut self, media: Media) -> Arc<Media> {
        let media = Arc::new(media);
        self.bytes += media.bytes.len();
        self.order.push_back(media.id.clone());
        self.files.insert(media.id.clone(), Arc::clone(&media));
        while self.bytes > BYTES_KEPT {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            self.remove(&oldest);
        }
        media
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<Media>> {
        self.files.get(id).cloned()
    }

    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let gone = self.files.remove(id);
        self.bytes -= gone.as_ref().map_or(0, |media| media.bytes.len());
        gone.is_some()
    }

    /// Notes a download URL by its secret part.
    pub(crate) fn add_url(&mut self, secret: String, media_id: &str, now_ms: i64) {
        self.urls.retain(|_, (_, at)| now_ms - *at < URL_LIFE_MS);
        self.urls.insert(secret, (media_id.to_owned(), now_ms));
    }

    /// The file behind a download URL that has not expired.
    pub(crate) fn by_url(&self, secret: &str, now_ms: i64) -> Option<Arc<Media>> {
        let (id, at) = self.urls.get(secret)?;
        (now_ms - at < URL_LIFE_MS).then(|| self.get(id)).flatten()
    }
}
