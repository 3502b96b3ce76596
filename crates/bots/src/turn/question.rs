//! What is thought about: what was said, by whose customer, to which bot.

use std::sync::Arc;

use switchboard_store::{Conn, Direction, Millis, Result, Zone, bot::Bot, message::Message, summary::Summary, turn};

use super::sight::{Sight, Visible};
use crate::{hours, models::TenantModels, retrieval::Index, tools::Toolbox, vectors::VectorParts};

pub(crate) struct Question {
    pub(crate) business: String,
    /// What the team has noted for the customer, an ISO 639-1 code.
    pub(crate) contact_language: Option<String>,
    pub(crate) bot: Bot,
    pub(crate) models: TenantModels,
    pub(crate) vectors: VectorParts,
    pub(crate) index: Arc<Index>,
    pub(crate) sight: Sight,
    /// Oldest first.
    pub(crate) history: Vec<Said>,
    /// Whether Switchboard itself has told the customer something, which no history holds.
    pub(crate) was_told: bool,
    /// What was said before the history, in short.
    pub(crate) summary: Option<Summary>,
    /// What the customer has said since the last answer, oldest first.
    pub(crate) pending: Vec<Said>,
    pub(crate) now: Millis,
    /// Of the business.
    pub(crate) zone: Zone,
    pub(crate) counts: Counts,
    /// The name of a label of the conversation for which its bot leaves it to people.
    pub(crate) label: Option<String>,
    pub(crate) tools: Toolbox,
}

impl Question {
    /// What the business has its bot say to whoever is answered for the first time, if this is the first time.
    pub(super) fn greeting(&self) -> Option<&str> {
        let is_first = self.summary.is_none() && !self.was_told && self.history.iter().all(|said| said.by_customer);
        self.bot.greeting.as_deref().filter(|_| is_first)
    }

    /// At its next opening, where the business is closed. One that never opens stays closed.
    pub(crate) fn within_hours(&mut self) {
        let Some(kept) = &self.bot.hours else { return };
        if !hours::are_open(kept, &self.zone, self.now) {
            self.now = hours::opens_next(kept, &self.zone, self.now).unwrap_or(self.now);
        }
    }

    /// Who said what, as a model reads it.
    pub(super) fn readable_history(&self) -> Vec<(bool, String)> {
        self.history.iter().map(|said| (said.by_customer, said.readable())).collect()
    }
}

/// How many answers there were, where the bot has a limit; 0 where it has none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// To this customer, in the last 24 hours.
    pub(crate) of_customer: i64,
    /// Of the bot to all customers, on this day of the business.
    pub(crate) of_day: i64,
    /// Whether models may use no more on this day.
    pub(crate) is_spent: bool,
}

impl Counts {
    /// Of the day alone.
    pub(crate) async fn of_day(
        conn: &mut Conn<'_>,
        bot: &Bot,
        models: &TenantModels,
        zone: &Zone,
        now: Millis,
    ) -> Result<Self> {
        let is_spent = models.is_spent(conn, Some(bot)).await?;
        let Some(limit) = bot.answers_per_day else { return Ok(Self { is_spent, ..Self::default() }) };
        let midnight = zone.start(zone.local(now).day);
        let of_day = turn::answered_since(conn, bot.tenant_id, bot.id, midnight, limit).await?;
        Ok(Self { of_day, is_spent, of_customer: 0 })
    }
}

/// Something that was said in the conversation.
pub(crate) struct Said {
    pub(crate) by_customer: bool,
    /// As WhatsApp names it: `text`, `image`, …
    pub(crate) kind: String,
    pub(crate) text: Option<String>,
    /// What was chosen of what stood under a message: the id it was given.
    pub(crate) choice: Option<String>,
    /// Its place in the conversation; 0 where it has none.
    pub(crate) seq: i64,
    /// The picture it came with, where a model is to see it.
    pub(crate) picture: Option<Visible>,
}

impl Said {
    pub(crate) fn text(by_customer: bool, text: String) -> Self {
        Self { by_customer, kind: "text".into(), text: Some(text), choice: None, seq: 0, picture: None }
    }

    /// What a model can read of it: its text, or what kind of thing it is.
    pub(crate) fn readable(&self) -> String {
        match (self.kind.as_str(), self.text.as_deref()) {
            ("text" | "button" | "interactive" | "template", Some(text)) => text.to_owned(),
            (kind, Some(text)) => format!("[{kind}] {text}"),
            (kind, None) => format!("[{kind}]"),
        }
    }
}

impl From<Message> for Said {
    fn from(message: Message) -> Self {
        Self {
            by_customer: message.direction == Direction::Inbound,
            choice: chosen(&message),
            kind: message.kind,
            text: message.text,
            seq: message.seq,
            picture: None,
        }
    }
}

/// The id of a button that was pressed, or of a row that was chosen.
fn chosen(message: &Message) -> Option<String> {
    let interactive = &message.payload.as_ref()?.0["interactive"];
    let reply =
        ["button_reply", "list_reply"].iter().map(|kind| &interactive[*kind]).find(|reply| reply.is_object())?;
    reply["id"].as_str().map(str::to_owned)
}
