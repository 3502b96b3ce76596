//! What models of embeddings made of all texts of the evaluation, stored, so that figures by meaning need no model and are
//! the same everywhere. `script/bench --make-vectors <address> --model <name>` makes such a file.

use std::{collections::HashMap, path::PathBuf};

use sha2::{Digest, Sha256};
use switchboard_bots::retrieval::quantised;

/// Multilingual models whose likenesses are far apart and close together, respectively.
pub(crate) const MODELS: [&str; 2] = ["use-multilingual-v3", "multilingual-e5-small"];

/// Of SHA-256: these few texts do not meet in so much of it.
const DIGEST: usize = 8;

/// The vectors of one model.
pub(crate) struct Meaning {
    vectors: HashMap<Vec<u8>, Vec<i8>>,
}

impl Meaning {
    /// # Panics
    /// Where there is no such file, or it is damaged.
    pub(crate) fn stored(model: &str) -> Self {
        let file = std::fs::read(path(model)).expect("a file of vectors");
        let (length, entries) = file.split_at(2);
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        let entry = |entry: &[u8]| {
            let (digest, vector) = entry.split_at(DIGEST);
            (digest.to_vec(), vector.iter().map(|value| value.cast_signed()).collect())
        };
        Self { vectors: entries.chunks_exact(DIGEST + length).map(entry).collect() }
    }

    /// Stores what a model made of these texts; returns where.
    pub(crate) fn store(model: &str, made: &[(String, Vec<f32>)]) -> std::io::Result<PathBuf> {
        let length = made.first().map_or(0, |(_, vector)| vector.len());
        let mut file = u16::try_from(length).map_err(std::io::Error::other)?.to_le_bytes().to_vec();
        for (text, vector) in made {
            file.extend(digest(text));
            file.extend(quantised(vector).into_iter().map(i8::cast_unsigned));
        }
        let path = path(model);
        std::fs::write(&path, file)?;
        Ok(path)
    }

    /// # Panics
    /// Of a text that is new: its vector must be made.
    pub(super) fn of(&self, text: &str) -> &[i8] {
        self.vectors.get(&digest(text)).unwrap_or_else(|| panic!("a vector must be made of \u{201c}{text}\u{201d}"))
    }

    pub(super) fn of_question(&self, text: &str) -> Vec<f32> {
        self.of(text).iter().map(|value| f32::from(*value)).collect()
    }
}

fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes())[..DIGEST].to_vec()
}

fn path(model: &str) -> PathBuf {
    let here = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../bots/tests/evaluation"));
    here.join(format!("{model}.vectors"))
}
