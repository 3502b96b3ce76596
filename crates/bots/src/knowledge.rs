//! What a bot knows: questions with their answers, texts, and what was read of files and web pages.

use std::ops::Range;

use switchboard_store::{Actor, Conn, Error, KnowledgeKind, Millis, TenantId, bot, knowledge, new_id};
use uuid::Uuid;

use crate::{
    bot::InvalidSetting,
    crawling,
    reading::{self, Document},
    retrieval::{Passage, normalise},
    splitting::Splitter,
};

mod versions;

pub use switchboard_store::knowledge::{Filter, Knowledge, Listed, SiteCounts};
pub(crate) use versions::revise;
pub use versions::{FullVersion, Version, restore, version, versions};

/// Items of one bot, at most.
pub(crate) const MAX_ITEMS: i64 = 20_000;
/// Characters of all its items together, at most: an index of them is kept in memory.
const MOST_CHARACTERS: i64 = 20_000_000;
/// Characters of a title, at most.
const LONGEST_TITLE: usize = 200;
/// Characters of a text that a list shows, at most.
const LISTED: i32 = 400;
/// Items that a search looks at together.
const LOOKED_AT: i64 = 200;

/// What is written into an item. `title`: the question of a `qa`, the title of a `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub title: String,
    pub content: String,
}

/// Who writes into an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer {
    pub actor: Actor,
    /// The person or the API key.
    pub id: Option<Uuid>,
}

impl Writer {
    /// What is read of a page on the web is nobody's of the tenant.
    pub(crate) const WEB: Self = Self { actor: Actor::System, id: None };
}

/// Whether a bot may know a text in the place of another, which may be empty.
pub(crate) async fn has_room(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    before: &str,
    after: &str,
) -> Result<bool, Error> {
    let count = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let more = count(after) - count(before);
    Ok(more <= 0 || knowledge::characters(conn, tenant, bot).await? <= MOST_CHARACTERS - more)
}

#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    #[error("there is no such bot or item")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
    #[error(
        "a bot can know at most 20,000 items of 20,000,000 characters together: delete what it does not need, or teach another \
         bot"
    )]
    Full,
    #[error("the bot reads this address already")]
    Known,
    #[error("only a web page or a site is read again")]
    NoPage,
    #[error("it has been changed since that version: read it again")]
    Changed,
    #[error("what is read of the web says what is there: it cannot be made to say what was there")]
    FromTheWeb,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Item {
    fn of(stored: &Knowledge) -> Self {
        Self { title: stored.title.clone(), content: stored.content.clone() }
    }

    fn trimmed(self) -> Self {
        Self { title: self.title.trim().to_owned(), content: self.content.trim().to_owned() }
    }

    fn check(&self, kind: KnowledgeKind) -> Result<(), InvalidSetting> {
        let error = |field, message| Err(InvalidSetting { field, message });
        let title = self.title.trim().chars().count();
        match kind {
            KnowledgeKind::Qa if !(1..=1_000).contains(&title) => {
                return error("question", "must have 1 to 1,000 characters");
            }
            KnowledgeKind::Text | KnowledgeKind::File | KnowledgeKind::Page | KnowledgeKind::Site
                if !(1..=LONGEST_TITLE).contains(&title) =>
            {
                return error("title", "must have 1 to 200 characters");
            }
            _ => {}
        }
        let most = match kind {
            KnowledgeKind::Qa => 4_000,
            KnowledgeKind::Text => 200_000,
            KnowledgeKind::File => reading::LONGEST,
            // What is on it is not ours to say.
            KnowledgeKind::Page | KnowledgeKind::Site => return Ok(()),
        };
        if self.content.trim().is_empty() || self.content.chars().count() > most {
            return match kind {
                KnowledgeKind::Qa => error("answer", "must have 1 to 4,000 characters"),
                KnowledgeKind::Text => error("text", "must have 1 to 200,000 characters"),
                _ => error("file", "must hold 1 to 1,000,000 characters"),
            };
        }
        Ok(())
    }
}

pub async fn add(
    conn: &mut Conn<'_>,
    now: Millis,
    writer: Writer,
    tenant: TenantId,
    bot: Uuid,
    kind: KnowledgeKind,
    item: Item,
) -> Result<Knowledge, KnowledgeError> {
    insert(conn, new(now, writer, tenant, bot, kind, item)).await
}

/// Adds what a file holds; `name`: its own.
pub async fn add_file(
    conn: &mut Conn<'_>,
    now: Millis,
    writer: Writer,
    tenant: TenantId,
    bot: Uuid,
    name: &str,
    document: Document,
) -> Result<Knowledge, KnowledgeError> {
    let item = Item { title: title(document.title.as_deref().unwrap_or(name)), content: document.text };
    let item = Knowledge { source: Some(name.to_owned()), ..new(now, writer, tenant, bot, KnowledgeKind::File, item) };
    insert(conn, item).await
}

pub(crate) fn title(name: &str) -> String {
    name.chars().take(LONGEST_TITLE).collect()
}

pub(crate) fn new(
    now: Millis,
    writer: Writer,
    tenant: TenantId,
    bot: Uuid,
    kind: KnowledgeKind,
    item: Item,
) -> Knowledge {
    let Item { title, content } = item.trimmed();
    Knowledge {
        tenant_id: tenant,
        id: new_id(now),
        bot_id: bot,
        kind,
        title,
        content,
        source: None,
        parent_id: None,
        problem: None,
        read_at: None,
        changed_at: None,
        pieces: None,
        version: 1,
        actor: Some(writer.actor),
        actor_id: writer.id,
        created_at: now,
        updated_at: now,
    }
}

pub(crate) async fn insert(conn: &mut Conn<'_>, item: Knowledge) -> Result<Knowledge, KnowledgeError> {
    let (tenant, bot) = (item.tenant_id, item.bot_id);
    Item::of(&item).check(item.kind)?;
    bot::get(conn, tenant, bot).await?.ok_or(KnowledgeError::NotFound)?;
    if knowledge::count(conn, tenant, bot).await? >= MAX_ITEMS
        || !has_room(conn, tenant, bot, "", &item.content).await?
    {
        return Err(KnowledgeError::Full);
    }
    knowledge::insert(conn, &item).await.map_err(refused)?;
    if !item.content.is_empty() {
        bot::touch_knowledge(conn, tenant, bot, item.created_at).await?;
    }
    Ok(item)
}

/// Of two who name an address at once, one is too late.
fn refused(error: Error) -> KnowledgeError {
    if matches!(error, Error::Duplicate { .. }) { KnowledgeError::Known } else { error.into() }
}

/// `seen`: the version that the writer had before them; of another, nothing is written over.
pub async fn update(
    conn: &mut Conn<'_>,
    now: Millis,
    writer: Writer,
    (tenant, bot, id): (TenantId, Uuid, Uuid),
    seen: Option<i64>,
    change: impl FnOnce(&mut Item),
) -> Result<(), KnowledgeError> {
    let stored = locked(conn, tenant, bot, id).await?;
    let mut item = Item::of(&stored);
    change(&mut item);
    write(conn, now, writer, seen, stored, item).await
}

async fn write(
    conn: &mut Conn<'_>,
    now: Millis,
    writer: Writer,
    seen: Option<i64>,
    stored: Knowledge,
    item: Item,
) -> Result<(), KnowledgeError> {
    let item = item.trimmed();
    if item == Item::of(&stored) {
        return Ok(());
    }
    if seen.is_some_and(|seen| seen != stored.version) {
        return Err(KnowledgeError::Changed);
    }
    item.check(stored.kind)?;
    if !has_room(conn, stored.tenant_id, stored.bot_id, &stored.content, &item.content).await? {
        return Err(KnowledgeError::Full);
    }
    let Item { title, content } = item;
    let changed = Knowledge { title, content, updated_at: now, ..stored };
    Ok(revise(conn, writer, changed).await?)
}

/// The next answer no longer knows it. With a site go its pages; a page stays away when a site that names it is read again.
pub async fn delete(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
) -> Result<(), KnowledgeError> {
    // A site is locked before its pages.
    let item = knowledge::get(conn, tenant, bot, id).await?.ok_or(KnowledgeError::NotFound)?;
    let sites = crawling::sites_of(conn, &item).await?;
    for id in sites.iter().chain([&id]) {
        knowledge::lock(conn, tenant, *id).await?;
    }
    if !knowledge::delete(conn, tenant, bot, id).await? {
        return Err(KnowledgeError::NotFound);
    }
    knowledge::delete_pages(conn, tenant, bot, id).await?;
    for site in sites {
        crawling::exclude(conn, tenant, site, item.source.as_deref()).await?;
    }
    Ok(bot::touch_knowledge(conn, tenant, bot, now).await?)
}

async fn locked(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Knowledge, KnowledgeError> {
    let item = knowledge::lock(conn, tenant, id).await?;
    item.filter(|item| item.bot_id == bot).ok_or(KnowledgeError::NotFound)
}

/// A page of the items in which all these words are, in the order they were added, with what they begin with. Case, accents and the like make no
/// difference, whichever database holds them: so it is looked for here.
pub async fn find(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    filter: Filter,
    words: &str,
    mut after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Listed>, KnowledgeError> {
    let words: Vec<String> = normalise(words).split_whitespace().map(str::to_owned).collect();
    if words.is_empty() {
        return Ok(knowledge::list(conn, tenant, bot, filter, after, limit, LISTED).await?);
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    loop {
        let items = knowledge::list(conn, tenant, bot, filter, after, LOOKED_AT, i32::MAX).await?;
        after = items.last().map(|last| last.item.id);
        let is_last = items.len() < usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
        let words = words.clone();
        // A thread of its own: this may be many megabytes.
        let fitting = tokio::task::spawn_blocking(move || {
            items.into_iter().filter(|it| holds(&it.item, &words)).map(with_beginning).collect::<Vec<_>>()
        });
        let broken = |_| Error::Configuration("the knowledge could not be searched".into());
        found.extend(fitting.await.map_err(broken)?);
        if is_last || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

fn with_beginning(mut listed: Listed) -> Listed {
    let content = &mut listed.item.content;
    if let Some((end, _)) = usize::try_from(LISTED).ok().and_then(|most| content.char_indices().nth(most)) {
        content.truncate(end);
        content.shrink_to_fit();
    }
    listed
}

fn holds(item: &Knowledge, words: &[String]) -> bool {
    let texts =
        [normalise(&item.title), normalise(&item.content), normalise(item.source.as_deref().unwrap_or_default())];
    words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
}

/// What retrieval searches: a question with its answer is one passage, a text as many as it has pieces. Takes up to seconds
/// where texts are still to be cut.
pub(crate) fn passages(items: Vec<Knowledge>) -> Vec<Passage> {
    let splitter = Splitter::default();
    let mut passages = Vec::with_capacity(items.len());
    for item in items {
        match item.kind {
            KnowledgeKind::Qa => {
                passages.push(Passage { id: item.id, question: Some(item.title), text: item.content });
            }
            KnowledgeKind::Text | KnowledgeKind::File | KnowledgeKind::Page | KnowledgeKind::Site => {
                let cut = |pieces: &[Range<usize>]| {
                    let pieces = pieces.iter().map(|range| item.content.get(range.clone()));
                    pieces.collect::<Option<Vec<&str>>>()
                };
                let stored = item.pieces.as_deref().and_then(|pieces| cut(pieces));
                let pieces = stored.or_else(|| cut(&splitter.pieces(&item.content))).unwrap_or_default();
                passages.extend(pieces.into_iter().map(|piece| Passage {
                    id: item.id,
                    question: None,
                    text: format!("{}\n{piece}", item.title),
                }));
            }
        }
    }
    passages
}

#[cfg(test)]
mod tests {
    use switchboard_store::Json;

    use super::*;

    fn text(content: &str, pieces: Option<Vec<Range<usize>>>) -> Knowledge {
        let item = Item { title: "Hours".into(), content: content.into() };
        let item = new(Millis(1), Writer::WEB, TenantId(Uuid::nil()), Uuid::nil(), KnowledgeKind::Text, item);
        Knowledge { pieces: pieces.map(Json), ..item }
    }

    fn texts(item: Knowledge) -> Vec<String> {
        passages(vec![item]).into_iter().map(|passage| passage.text).collect()
    }

    #[test]
    fn a_text_is_found_in_the_pieces_it_was_cut_into_each_with_its_title() {
        let content = "Open from eight. Closed on Mondays.";
        assert_eq!(texts(text(content, None)), ["Hours\nOpen from eight. Closed on Mondays."]);
        let cut = texts(text(content, Some(vec![0..16, 17..35])));
        assert_eq!(cut, ["Hours\nOpen from eight.", "Hours\nClosed on Mondays."]);
        let of_another = Some(vec![0..16, 17..90]);
        assert_eq!(texts(text(content, of_another)), ["Hours\nOpen from eight. Closed on Mondays."]);
    }
}
