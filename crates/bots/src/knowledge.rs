//! What a bot knows: questions with their answers, texts, and what was read of files and web pages.

use switchboard_store::{Conn, KnowledgeKind, Millis, PageProblem, TenantId, bot, knowledge, new_id};
use uuid::Uuid;

use crate::{
    bot::InvalidSetting,
    reading::{self, Document},
    retrieval::Passage,
};

pub use switchboard_store::knowledge::Knowledge;

/// Items of one bot, at most.
const MAX_ITEMS: i64 = 20_000;
/// Characters of a title, at most.
const LONGEST_TITLE: usize = 200;
/// A text is found and quoted in pieces of about this many characters.
const PIECE: usize = 1_200;

/// What is written into an item. `title`: the question of a `qa`, the title of a `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub title: String,
    pub content: String,
}

#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    #[error("there is no such bot or item")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
    #[error("a bot can know at most {MAX_ITEMS} items")]
    Full,
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
}

impl Item {
    fn check(&self, kind: KnowledgeKind) -> Result<(), InvalidSetting> {
        let error = |field, message| Err(InvalidSetting { field, message });
        let title = self.title.trim().chars().count();
        match kind {
            KnowledgeKind::Qa if !(1..=1_000).contains(&title) => {
                return error("question", "must have 1 to 1,000 characters");
            }
            KnowledgeKind::Text | KnowledgeKind::File | KnowledgeKind::Page
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
            KnowledgeKind::Page => return Ok(()),
        };
        if self.content.trim().is_empty() || self.content.chars().count() > most {
            return match kind {
                KnowledgeKind::Qa => error("answer", "must have 1 to 4,000 characters"),
                KnowledgeKind::Text => error("text", "must have 1 to 200,000 characters"),
                KnowledgeKind::File | KnowledgeKind::Page => error("file", "must hold 1 to 1,000,000 characters"),
            };
        }
        Ok(())
    }
}

pub async fn add(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    kind: KnowledgeKind,
    item: Item,
) -> Result<Knowledge, KnowledgeError> {
    insert(conn, new(now, tenant, bot, kind, &item)).await
}

/// Adds what a file holds; `name`: its own.
pub async fn add_file(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    name: &str,
    document: Document,
) -> Result<Knowledge, KnowledgeError> {
    let item = Item { title: title(document.title.as_deref().unwrap_or(name)), content: document.text };
    let item = Knowledge { source: Some(name.to_owned()), ..new(now, tenant, bot, KnowledgeKind::File, &item) };
    insert(conn, item).await
}

/// Adds a web page, with what was read of it, or why nothing was.
pub async fn add_page(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    url: &str,
    read: Result<Document, PageProblem>,
) -> Result<Knowledge, KnowledgeError> {
    let name = read.as_ref().ok().and_then(|document| document.title.as_deref()).unwrap_or(url);
    let item = Item { title: title(name), content: String::new() };
    let item = Knowledge { source: Some(url.to_owned()), ..new(now, tenant, bot, KnowledgeKind::Page, &item) };
    insert(conn, with_page(item, now, read)).await
}

/// Stores what a page says now. Where it could not be read, what was read before stays.
pub async fn refresh_page(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
    read: Result<Document, PageProblem>,
) -> Result<Knowledge, KnowledgeError> {
    let item = knowledge::get(conn, tenant, bot, id).await?.ok_or(KnowledgeError::NotFound)?;
    let item = Knowledge { updated_at: now, ..with_page(item, now, read) };
    knowledge::update(conn, &item).await?;
    bot::touch_knowledge(conn, tenant, bot, now).await?;
    Ok(item)
}

fn with_page(item: Knowledge, now: Millis, read: Result<Document, PageProblem>) -> Knowledge {
    match read {
        Ok(document) => Knowledge { content: document.text, problem: None, read_at: Some(now), ..item },
        Err(problem) => Knowledge { problem: Some(problem), ..item },
    }
}

fn title(name: &str) -> String {
    name.chars().take(LONGEST_TITLE).collect()
}

fn new(now: Millis, tenant: TenantId, bot: Uuid, kind: KnowledgeKind, item: &Item) -> Knowledge {
    Knowledge {
        tenant_id: tenant,
        id: new_id(now),
        bot_id: bot,
        kind,
        title: item.title.trim().to_owned(),
        content: item.content.trim().to_owned(),
        source: None,
        problem: None,
        read_at: None,
        created_at: now,
        updated_at: now,
    }
}

async fn insert(conn: &mut Conn<'_>, item: Knowledge) -> Result<Knowledge, KnowledgeError> {
    let (tenant, bot) = (item.tenant_id, item.bot_id);
    Item { title: item.title.clone(), content: item.content.clone() }.check(item.kind)?;
    bot::get(conn, tenant, bot).await?.ok_or(KnowledgeError::NotFound)?;
    if knowledge::count(conn, tenant, bot).await? >= MAX_ITEMS {
        return Err(KnowledgeError::Full);
    }
    knowledge::insert(conn, &item).await?;
    bot::touch_knowledge(conn, tenant, bot, item.created_at).await?;
    Ok(item)
}

pub async fn update(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
    change: impl FnOnce(&mut Item),
) -> Result<Knowledge, KnowledgeError> {
    let stored = knowledge::get(conn, tenant, bot, id).await?.ok_or(KnowledgeError::NotFound)?;
    let mut item = Item { title: stored.title.clone(), content: stored.content.clone() };
    change(&mut item);
    item.check(stored.kind)?;
    let stored = Knowledge {
        title: item.title.trim().to_owned(),
        content: item.content.trim().to_owned(),
        updated_at: now,
        ..stored
    };
    knowledge::update(conn, &stored).await?;
    bot::touch_knowledge(conn, tenant, bot, now).await?;
    Ok(stored)
}

/// The next answer no longer knows it.
pub async fn delete(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
) -> Result<(), KnowledgeError> {
    if !knowledge::delete(conn, tenant, bot, id).await? {
        return Err(KnowledgeError::NotFound);
    }
    Ok(bot::touch_knowledge(conn, tenant, bot, now).await?)
}

/// What retrieval searches: a question with its answer is one passage, a text as many as it has pieces.
pub(crate) fn passages(items: Vec<Knowledge>) -> Vec<Passage> {
    let mut passages = Vec::with_capacity(items.len());
    for item in items {
        match item.kind {
            KnowledgeKind::Qa => {
                passages.push(Passage { id: item.id, question: Some(item.title), text: item.content });
            }
            KnowledgeKind::Text | KnowledgeKind::File | KnowledgeKind::Page => {
                passages.extend(pieces(&item.content).into_iter().map(|piece| Passage {
                    id: item.id,
                    question: None,
                    text: format!("{}\n{piece}", item.title),
                }));
            }
        }
    }
    passages
}

/// Whole paragraphs, as many as fit into a piece; a paragraph that is longer alone is cut at its sentences.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    for part in paragraphs.flat_map(|paragraph| crate::prompt::split_for_whatsapp(paragraph, PIECE)) {
        match pieces.last_mut() {
            Some(last) if last.chars().count() + part.chars().count() < PIECE => {
                last.push_str("\n\n");
                last.push_str(&part);
            }
            _ => pieces.push(part),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_paragraphs_and_nothing_is_lost() {
        let paragraph = "We bake at night. ".repeat(40);
        let text = format!("{paragraph}\n\n{paragraph}\n\nShort.\n\nAlso short.");
        let pieces = pieces(&text);
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= PIECE));
        assert!(pieces[1].ends_with("Short.\n\nAlso short."));
    }
}
