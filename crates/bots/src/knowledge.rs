//! What a bot knows: questions with their answers, and texts.

use switchboard_store::{Conn, KnowledgeKind, Millis, TenantId, bot, knowledge, new_id};
use uuid::Uuid;

use crate::{bot::InvalidSetting, retrieval::Passage};

pub use switchboard_store::knowledge::Knowledge;

/// Items of one bot, at most.
const MAX_ITEMS: i64 = 20_000;
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
            KnowledgeKind::Text if !(1..=200).contains(&title) => {
                return error("title", "must have 1 to 200 characters");
            }
            _ => {}
        }
        let most = if kind == KnowledgeKind::Qa { 4_000 } else { 200_000 };
        if self.content.trim().is_empty() || self.content.chars().count() > most {
            return match kind {
                KnowledgeKind::Qa => error("answer", "must have 1 to 4,000 characters"),
                KnowledgeKind::Text => error("text", "must have 1 to 200,000 characters"),
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
    item.check(kind)?;
    bot::get(conn, tenant, bot).await?.ok_or(KnowledgeError::NotFound)?;
    if knowledge::count(conn, tenant, bot).await? >= MAX_ITEMS {
        return Err(KnowledgeError::Full);
    }
    let item = Knowledge {
        tenant_id: tenant,
        id: new_id(now),
        bot_id: bot,
        kind,
        title: item.title.trim().to_owned(),
        content: item.content.trim().to_owned(),
        created_at: now,
        updated_at: now,
    };
    knowledge::insert(conn, &item).await?;
    bot::touch_knowledge(conn, tenant, bot, now).await?;
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
            KnowledgeKind::Text => passages.extend(pieces(&item.content).into_iter().map(|piece| Passage {
                id: item.id,
                question: None,
                text: format!("{}\n{piece}", item.title),
            })),
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
