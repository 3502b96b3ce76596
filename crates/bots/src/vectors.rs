//! Gives indexes vectors, where a tenant has a model that makes them. They are made in the background ([`crate::preparing`]);
//! until they are there, knowledge is found by its words alone. Whoever is cut short leaves behind what it has stored, and
//! the next goes on from there.

use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};

use moka::future::Cache;
use sha2::{Digest, Sha256};
use switchboard_store::{
    Conn, Db, Durability, Notifier, Purpose, Result, Scope, SharedClock, Signal, TenantId, bot,
    passage_vector::{self, PassageVector},
    preparation,
};
use uuid::Uuid;

use crate::{
    model::ModelError,
    models::{Ask, TenantModels},
    retrieval::{Index, Passage, Vectors, quantised},
};

/// Texts that a model is asked for at once. Their vectors stay below a megabyte, however long a model makes them.
const AT_ONCE: usize = 16;
/// How often it is asked before others get their turn.
const BATCHES: usize = 32;
/// Digests in one statement.
const PER_STATEMENT: usize = 1_000;
/// Characters of a text that a model is asked for: some refuse longer ones.
const LONGEST: usize = 8_000;
/// By how many of its characters a text is asked for that a model finds too long, one after the other. Many take 512 tokens,
/// some 128, and there are those that need one for each letter of Arabic.
const SHORTER: [usize; 3] = [1_000, 250, 60];
/// A customer does not wait longer for a better search.
const PATIENCE: Duration = Duration::from_secs(3);
/// Questions whose vectors are kept in memory: many customers ask the same.
const QUESTIONS: u64 = 5_000;
/// That a vector is in use is noted once in this time.
const NOTED: Duration = Duration::from_hours(24);
/// Vectors that are not all there are looked for again after this.
const LOOKED_FOR: Duration = Duration::from_secs(5);

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct VectorParts {
    db: Db,
    clock: SharedClock,
    notifier: Notifier,
    questions: Cache<(TenantId, String, String), Arc<Vec<f32>>>,
}

/// Whether passages have vectors now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    All,
    /// Some are left for the next time.
    More,
    /// The model gives no more for now, or the budget of the day is used up.
    Some,
}

impl VectorParts {
    pub fn new(db: Db, clock: SharedClock, notifier: Notifier) -> Self {
        Self { db, clock, notifier, questions: Cache::builder().max_capacity(QUESTIONS).build() }
    }

    /// Gives an index the vectors of the tenant's model, where all are stored. Where not, they are asked for.
    pub(crate) async fn see_to(
        &self,
        conn: &mut Conn<'_>,
        models: &TenantModels,
        bot: Uuid,
        index: &Index,
    ) -> Result<()> {
        let Some(model) = models.name(Purpose::Embedding) else { return Ok(()) };
        let (tenant, now) = (models.tenant(), self.clock.now());
        if index.is_empty()
            || index.has_vectors_of(model)
            || preparation::is_asked(conn, tenant, bot).await?
            || !index.looks_for_vectors(now, now + LOOKED_FOR)
        {
            return Ok(());
        }
        let digests: Vec<Uuid> = index.passages().iter().map(|passage| digest(&text_of(passage))).collect();
        let stored = stored(conn, tenant, model, &digests).await?;
        let all: Option<Vec<Vec<i8>>> = stored.into_iter().collect();
        let parts = self.clone();
        if let Some(vectors) = all.and_then(|vectors| Vectors::new(model.to_owned(), &vectors)) {
            index.take_vectors(Arc::new(vectors));
            let model = model.to_owned();
            Self::later(bot, async move { parts.note_use(tenant, &model, &digests).await });
        } else {
            Self::later(bot, async move { parts.ask(tenant, bot).await });
        }
        Ok(())
    }

    /// Writes, which whoever needs vectors does not wait for: it only reads.
    fn later(bot: Uuid, write: impl Future<Output = Result<()>> + Send + 'static) {
        tokio::spawn(async move {
            if let Err(error) = write.await {
                tracing::error!(bot.id = %bot, %error, "what vectors a bot has, or needs, could not be stored");
            }
        });
    }

    async fn note_use(&self, tenant: TenantId, model: &str, digests: &[Uuid]) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.write_with(Scope::Tenant(tenant), Durability::Soon).await?;
        for digests in digests.chunks(PER_STATEMENT) {
            passage_vector::touch(&mut tx.conn(), tenant, model, digests, now, now - NOTED).await?;
        }
        tx.commit().await
    }

    async fn ask(&self, tenant: TenantId, bot: Uuid) -> Result<()> {
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        preparation::ask(&mut tx.conn(), tenant, bot, self.clock.now()).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Knowledge);
        Ok(())
    }

    /// Has the tenant's model make the vectors of passages that have none, or one of another length than it makes now.
    pub(crate) async fn make(&self, models: &TenantModels, bot: Uuid, passages: &[Passage]) -> Result<Made> {
        let Some(model) = models.name(Purpose::Embedding) else { return Ok(Made::All) };
        let work = Work { parts: self, models, bot, model };
        work.make(passages).await
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
        let ask = Ask { purpose: Purpose::Embedding, bot: Some(bot), model: None, patience: Some(PATIENCE) };
        // Told of where it happened.
        let asked = models.embed(ask, &[&key.2]).await.ok()?;
        let vector = Arc::new(asked.into_iter().next()?);
        self.questions.insert(key, Arc::clone(&vector)).await;
        Some(vector)
    }
}

/// Passages of one bot that are given vectors.
struct Work<'a> {
    parts: &'a VectorParts,
    models: &'a TenantModels,
    bot: Uuid,
    model: &'a str,
}

impl Work<'_> {
    async fn make(&self, passages: &[Passage]) -> Result<Made> {
        let texts: Vec<String> = passages.iter().map(text_of).collect();
        let digests: Vec<Uuid> = texts.iter().map(|text| digest(text)).collect();
        let mut lengths = self.lengths(&digests).await?;
        let mut length = usual(&lengths);
        let (mut is_known, mut singly) = (false, 0_usize);
        for batch in 0.. {
            let missing = (0..lengths.len()).filter(|at| lengths[*at].is_none() || lengths[*at] != length);
            let places: Vec<usize> = missing.take(if singly > 0 { 1 } else { AT_ONCE }).collect();
            if places.is_empty() {
                break;
            }
            if batch == BATCHES {
                return Ok(Made::More);
            }
            if self.is_spent().await? {
                return Ok(Made::Some);
            }
            let asked: Vec<&str> = places.iter().map(|at| texts[*at].as_str()).collect();
            let made = match self.ask(&asked).await {
                Ok(made) => made,
                Err(error) if may_be_too_long(&error) && asked.len() > 1 => {
                    // One of them alone may be: the others are not to go without for it.
                    singly = asked.len();
                    continue;
                }
                Err(_) => return Ok(Made::Some),
            };
            singly = singly.saturating_sub(1);
            let made_now = made.first().map(Vec::len);
            // One that makes them now so and now so would be asked for ever.
            if is_known && made_now != length {
                return Ok(Made::Some);
            }
            (length, is_known) = (made_now, true);
            for at in &places {
                lengths[*at] = length;
            }
            let rows = places.iter().zip(&made).map(|(at, vector)| row(digests[*at], &quantised(vector)));
            self.store(&rows.collect::<Vec<_>>()).await?;
        }
        Ok(Made::All)
    }

    /// Of a text that is asked for alone, and is too long for the model, what it begins with must do.
    async fn ask(&self, texts: &[&str]) -> std::result::Result<Vec<Vec<f32>>, ModelError> {
        // Told of where it happened.
        let ask = Ask { purpose: Purpose::Embedding, bot: Some(self.bot), model: None, patience: None };
        let mut made = self.models.embed(ask, texts).await;
        if let [text] = texts {
            for shorter in SHORTER.iter().filter_map(|most| beginning(text, *most)) {
                if !made.as_ref().is_err_and(may_be_too_long) {
                    break;
                }
                made = self.models.embed(ask, &[shorter]).await;
            }
        }
        made
    }

    /// Whether the budget of the day is used up: the tenant's, or the bot's, to which what is asked here counts.
    async fn is_spent(&self) -> Result<bool> {
        let tenant = self.models.tenant();
        let mut tx = self.parts.db.read(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        let bot = bot::get(conn, tenant, self.bot).await?;
        self.models.is_spent(conn, bot.as_ref()).await
    }

    /// The length of each vector that is stored. Of these it is noted that they are in use.
    async fn lengths(&self, digests: &[Uuid]) -> Result<Vec<Option<usize>>> {
        let tenant = self.models.tenant();
        let mut tx = self.parts.db.read(Scope::Tenant(tenant)).await?;
        let stored = stored(&mut tx.conn(), tenant, self.model, digests).await?;
        drop(tx);
        self.parts.note_use(tenant, self.model, digests).await?;
        Ok(stored.into_iter().map(|vector| vector.map(|vector| vector.len())).collect())
    }

    async fn store(&self, rows: &[PassageVector]) -> Result<()> {
        let tenant = self.models.tenant();
        let mut tx = self.parts.db.write_with(Scope::Tenant(tenant), Durability::Soon).await?;
        passage_vector::store(&mut tx.conn(), tenant, self.model, rows, self.parts.clock.now()).await?;
        tx.commit().await
    }
}

/// What a server may say to a text that is too long for its model (llama.cpp: 500). A wrong key, a model that nobody knows and a
/// server that is overloaded are told otherwise.
fn may_be_too_long(error: &ModelError) -> bool {
    matches!(
        error,
        ModelError::Refused { status: 400 | 413 | 422, .. } | ModelError::Unavailable { status: Some(500), .. }
    )
}

/// `None`: it is no longer.
fn beginning(text: &str, most: usize) -> Option<&str> {
    text.char_indices().nth(most).map(|(end, _)| &text[..end])
}

/// The length that most have: until the model is asked, it is taken for what it makes.
fn usual(lengths: &[Option<usize>]) -> Option<usize> {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for length in lengths.iter().flatten() {
        *counts.entry(*length).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(length, count)| (*count, *length)).map(|(length, _)| length)
}

/// What is stored for each of these texts.
async fn stored(conn: &mut Conn<'_>, tenant: TenantId, model: &str, digests: &[Uuid]) -> Result<Vec<Option<Vec<i8>>>> {
    let mut found = HashMap::new();
    for digests in digests.chunks(PER_STATEMENT) {
        let rows = passage_vector::of(conn, tenant, model, digests).await?;
        found.extend(rows.into_iter().map(|row| (row.digest, signed(&row.vector))));
    }
    Ok(digests.iter().map(|digest| found.get(digest).cloned()).collect())
}

fn text_of(passage: &Passage) -> String {
    passage.in_full().chars().take(LONGEST).collect()
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
