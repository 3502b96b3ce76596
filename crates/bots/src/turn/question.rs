//! What is thought about: what was said, by whose customer, to which bot.

use std::sync::Arc;

use switchboard_store::{
    Author, Conn, Direction, Millis, Result, Zone,
    bot::Bot,
    message::{Cursor, Message},
    summary::Summary,
    turn,
};

use super::sight::{Sight, Visible};
use crate::{
    hours,
    language::{self, Language},
    models::TenantModels,
    prompt,
    retrieval::Index,
    tools::Toolbox,
    vectors::VectorParts,
};

/// Tokens of one message of the past that models read: as many as the longest text of WhatsApp has in Latin letters.
const LONGEST_PAST: usize = 1_000;

pub(crate) struct Question {
    pub(crate) business: String,
    /// What the team has noted for the customer, an ISO 639-1 code.
    pub(crate) contact_language: Option<String>,
    /// In which the customer was last seen to write.
    pub(crate) detected_language: Option<Language>,
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
    /// The oldest message that was looked at, if there were older ones.
    pub(crate) looked_back_to: Option<Cursor>,
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
        self.history.iter().map(|said| (said.by_customer, said.in_the_past())).collect()
    }

    fn told(&self) -> Option<Cursor> {
        self.summary.as_ref().and_then(Summary::told)
    }

    /// Whether there are messages that are neither in the history nor put in short.
    pub(super) fn has_hole(&self) -> bool {
        self.looked_back_to.is_some_and(|oldest| self.told().is_none_or(|told| told < oldest))
    }

    /// What no summary tells of, as a model reads it.
    pub(super) fn untold<'a>(&self, said: impl Iterator<Item = &'a Said>) -> Vec<String> {
        let told = self.told();
        said.filter(|said| told.is_none_or(|told| said.place > told)).map(Said::in_the_past).collect()
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
    /// By somebody of the business, and not its bot.
    pub(crate) by_person: bool,
    /// As WhatsApp names it: `text`, `image`, …
    pub(crate) kind: String,
    pub(crate) text: Option<String>,
    /// Whether its text is in words, and so in a language.
    pub(crate) is_in_words: bool,
    /// What was chosen of what stood under a message: the id it was given.
    pub(crate) choice: Option<String>,
    /// In the conversation; before all others where it is in none.
    pub(crate) place: Cursor,
    /// The picture it came with, where a model is to see it.
    pub(crate) picture: Option<Visible>,
}

impl Said {
    pub(crate) fn text(by_customer: bool, text: String) -> Self {
        let place = Cursor { created_at: Millis(0), seq: 0 };
        Self {
            by_customer,
            by_person: false,
            kind: "text".into(),
            text: Some(text),
            is_in_words: true,
            choice: None,
            place,
            picture: None,
        }
    }

    /// What tells its language.
    pub(super) fn words(&self) -> Option<&str> {
        self.text.as_deref().filter(|_| self.is_in_words)
    }

    /// What a model can read of it: its text, or what kind of thing it is.
    pub(crate) fn readable(&self) -> String {
        match (self.kind.as_str(), self.text.as_deref()) {
            ("text" | "button" | "interactive" | "template", Some(text)) => text.to_owned(),
            (kind, Some(text)) => format!("[{kind}] {text}"),
            (kind, None) => format!("[{kind}]"),
        }
    }

    /// As [`readable`](Self::readable), once it is answered: one message that is very long is not to displace all before
    /// it.
    pub(super) fn in_the_past(&self) -> String {
        prompt::shortened(&self.readable(), LONGEST_PAST).into_owned()
    }
}

impl From<Message> for Said {
    fn from(message: Message) -> Self {
        Self {
            by_customer: message.direction == Direction::Inbound,
            is_in_words: language::in_words(&message).is_some(),
            by_person: matches!(message.author, Author::Operator | Author::Phone | Author::Api),
            choice: chosen(&message),
            place: message.place(),
            kind: message.kind,
            text: message.text,
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
