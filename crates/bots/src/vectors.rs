//! Sees to it that indexes have vectors, where a tenant has a model that makes them. In the background: until they are
//! there, knowledge is found by its words alone. Whoever is cut short leaves behind what it has stored, and the next
//! goes on from there.

use std::{collections::HashMap, sync::Arc, time::Duration};

use moka::future::Cache;
use sha2::{Digest, Sha256};
use switchboard_store::{
    Db, Durability, Purpose, Result, Scope, SharedClock, TenantId,
    passage_vector::{self, PassageVector},
};
use uuid::Uuid;

use crate::{
    models::{Ask, TenantModels},
    retrieval::{Index, Passage, Vectors, quantised},
};

/// Texts that a model is asked for at once. Their vectors stay below a megabyte, however long a model makes them.
const AT_ONCE: usize = 16;
/// Digests in one statement.
const PER_STATEMENT: usize = 1_000;
/// Characters of a text that a model is asked for: some refuse longer ones.
const LONGEST: usize = 8_000;
/// A customer does not wait longer for a better search.
const PATIENCE: Duration = Duration::from_secs(3);
/// Questions whose vectors are kept in memory: many customers ask the same.
const QUESTIONS: u64 = 5_000;
/// That a vector is in use is noted once in this time.
const NOTED: Duration = Duration::from_hours(24);
/// After a failure an index is left alone for this long.
const REST: Duration = Duration::from_mins(1);

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct VectorParts {
    db: Db,
    clock: SharedClock,
    questions: Cache<(TenantId, String, String), Arc<Vec<f32>>>,
}

impl VectorParts {
    pub fn new(db: Db, clock: SharedClock) -> Self {
        Self { db, clock, questions: Cache::builder().max_capacity(QUESTIONS).build() }
    }

    /// Begins to give an index vectors of the tenant's model, unless it has them or somebody is at it.
    pub(crate) fn see_to(&self, models: &TenantModels, bot: Uuid, index: &Arc<Index>) {
        let Some(model) = models.name(Purpose::Embedding).map(str::to_owned) else { return };
        if index.is_empty() || index.has_vectors_of(&model) || !index.begin_vectors(self.clock.now()) {
            return;
        }
        let (parts, models, index) = (self.clone(), models.clone(), Arc::clone(index));
        tokio::spawn(async move {
            let work = Work { parts: &parts, models: &models, bot, model };
            match work.vectors_of(&index).await {
                Ok(Some(vectors)) => index.take_vectors(Arc::new(vectors)),
                Ok(None) => {
                    tracing::info!(bot.id = %bot, "knowledge is found by its words until there are vectors of it");
                }
                Err(error) => tracing::error!(bot.id = %bot, %error, "vectors could not be read or stored"),
            }
            index.end_vectors(parts.clock.now() + REST);
        });
    }

    /// The vector of what a customer asks, for an index that has vectors; `None`: it is found by its words alone.
    pub(crate) async fn of_question(
        &self,
        models: &TenantModels,
        bot: Uuid,
        index: &Index,
        text: &str,
    ) -> Option<Arc<Vec<f32>>> {
        let model = models.name(Purpose::Embedding)?;
        if text.trim().is_empty() || !index.has_vectors_of(model) {
            return None;
        }
        let text: String = text.chars().take(LONGEST).collect();
        let key = (models.tenant(), model.to_owned(), text);
        if let Some(vector) = self.questions.get(&key).await {
            return Some(vector);
        }
        let ask = Ask { purpose: Purpose::Embedding, bot: Some(bot), model: None };
        let asked = tokio::time::timeout(PATIENCE, models.embed(ask, &[&key.2])).await;
        let vector = Arc::new(asked.ok()?.ok()?.into_iter().next()?);
        self.questions.insert(key, Arc::clone(&vector)).await;
        Some(vector)
    }
}

/// One index that is given vectors.
struct Work<'a> {
    parts: &'a VectorParts,
    models: &'a TenantModels,
    bot: Uuid,
    model: String,
}

impl Work<'_> {
    /// `None`: the model gives none for now.
    async fn vectors_of(&self, index: &Index) -> Result<Option<Vectors>> {
        let texts: Vec<String> = index.passages().iter().map(text_of).collect();
        let digests: Vec<Uuid> = texts.iter().map(|text| digest(text)).collect();
        let mut vectors = self.stored(&digests).await?;
        let missing: Vec<usize> = (0..texts.len()).filter(|at| vectors[*at].is_none()).collect();
        for places in missing.chunks(AT_ONCE) {
            if self.is_spent().await? {
                return Ok(None);
            }
            let asked: Vec<&str> = places.iter().map(|at| texts[*at].as_str()).collect();
            let ask = Ask { purpose: Purpose::Embedding, bot: Some(self.bot), model: None };
            // Told of where it happened.
            let Ok(made) = self.models.embed(ask, &asked).await else { return Ok(None) };
            let made: Vec<Vec<i8>> = made.iter().map(|vector| quantised(vector)).collect();
            let rows = places.iter().zip(&made);
            let rows: Vec<_> = rows.map(|(at, vector)| row(digests[*at], vector)).collect();
            self.store(&rows).await?;
            for (at, vector) in places.iter().zip(made) {
                vectors[*at] = Some(vector);
            }
        }
        let vectors: Option<Vec<Vec<i8>>> = vectors.into_iter().collect();
        Ok(vectors.and_then(|vectors| Vectors::new(self.model.clone(), &vectors)))
    }

    /// Whether the tenant's budget of the day is used up.
    async fn is_spent(&self) -> Result<bool> {
        let mut tx = self.parts.db.read(Scope::Tenant(self.models.tenant())).await?;
        self.models.is_spent(&mut tx.conn(), None).await
    }

    async fn stored(&self, digests: &[Uuid]) -> Result<Vec<Option<Vec<i8>>>> {
        let tenant = self.models.tenant();
        let mut found = HashMap::new();
        let mut tx = self.parts.db.read(Scope::Tenant(tenant)).await?;
        for digests in digests.chunks(PER_STATEMENT) {
            let rows = passage_vector::of(&mut tx.conn(), tenant, &self.model, digests).await?;
            found.extend(rows.into_iter().map(|row| (row.digest, signed(&row.vector))));
        }
        drop(tx);
        if !found.is_empty() {
            self.note(digests).await?;
        }
        Ok(digests.iter().map(|digest| found.get(digest).cloned()).collect())
    }

    async fn note(&self, digests: &[Uuid]) -> Result<()> {
        let (tenant, now) = (self.models.tenant(), self.parts.clock.now());
        let mut tx = self.parts.db.write_with(Scope::Tenant(tenant), Durability::Soon).await?;
        for digests in digests.chunks(PER_STATEMENT) {
            passage_vector::touch(&mut tx.conn(), tenant, &self.model, digests, now, now - NOTED).await?;
        }
        tx.commit().await
    }

    async fn store(&self, rows: &[PassageVector]) -> Result<()> {
        let tenant = self.models.tenant();
        let mut tx = self.parts.db.write_with(Scope::Tenant(tenant), Durability::Soon).await?;
        passage_vector::insert(&mut tx.conn(), tenant, &self.model, rows, self.parts.clock.now()).await?;
        tx.commit().await
    }
}

fn text_of(passage: &Passage) -> String {
    let question = passage.question.iter().flat_map(|question| [question.as_str(), "\n"]);
    question.chain([passage.text.as_str()]).flat_map(str::chars).take(LONGEST).collect()
}

/// The first half of SHA-256: two texts of one tenant do not meet in it.
fn digest(text: &str) -> Uuid {
    let hash = Sha256::digest(text.as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(half)
}

fn row(digest: Uuid, vector: &[i8]) -> PassageVector {
    PassageVector { digest, vector: vector.iter().map(|value| value.cast_unsigned()).collect() }
}

fn signed(vector: &[u8]) -> Vec<i8> {
    vector.iter().map(|value| value.cast_signed()).collect()
}
