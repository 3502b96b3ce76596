//! Vectors of texts on the wire.

use serde::{Deserialize, Serialize};

use super::ModelError;

/// Values of a vector, at most: the largest models make as many. Each passage's are kept in memory.
const MOST_VALUES: usize = 4_096;

/// What a model made of some texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// In the order of the texts; of one length.
    pub vectors: Vec<Vec<f32>>,
    /// As the server counted them; `None` where it does not say.
    pub tokens: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct EmbeddingRequest<'a> {
    pub(super) model: &'a str,
    pub(super) input: &'a [&'a str],
    pub(super) encoding_format: &'static str,
}

#[derive(Deserialize)]
pub(super) struct EmbeddingResponse {
    data: Vec<Entry>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Entry {
    /// Some servers leave it out and keep the order.
    #[serde(default)]
    index: Option<usize>,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: Option<u32>,
}

impl EmbeddingResponse {
    pub(super) fn into_embedded(self, texts: usize) -> Result<Embedded, ModelError> {
        let mut entries: Vec<(usize, Vec<f32>)> =
            self.data.into_iter().enumerate().map(|(at, entry)| (entry.index.unwrap_or(at), entry.embedding)).collect();
        entries.sort_by_key(|(index, _)| *index);
        let length = entries.first().map_or(0, |(_, vector)| vector.len());
        let is_whole = entries.len() == texts && entries.iter().enumerate().all(|(at, (index, _))| at == *index);
        let is_even = length > 0 && entries.iter().all(|(_, vector)| vector.len() == length);
        let is_finite = entries.iter().flat_map(|(_, vector)| vector).all(|value| value.is_finite());
        if !is_whole || !is_even || !is_finite {
            return Err(ModelError::Invalid("it holds other vectors than were asked for"));
        }
        if length > MOST_VALUES {
            return Err(ModelError::Invalid("its vectors have more than 4,096 values"));
        }
        let vectors = entries.into_iter().map(|(_, vector)| vector).collect();
        Ok(Embedded { vectors, tokens: self.usage.and_then(|usage| usage.prompt_tokens) })
    }
}
