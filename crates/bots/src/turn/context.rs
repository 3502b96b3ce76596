//! What a turn is thought from.

use std::{collections::HashMap, ops::Range, sync::Arc, time::Duration};

use switchboard_inbox::rules::TurnPolicy;
use switchboard_store::{
    Author, Conn, Direction, MediaKind, MediaState, MessageStatus, Millis, Purpose, Result, Scope, TenantId,
    TranscriptState, Zone,
    bot::{self, Bot},
    conversation::{self, Lease},
    label,
    media::{self, Media},
    message::{self, Message},
    summary,
    transcript::{self, Transcript},
};
use uuid::Uuid;

use super::{
    TurnParts,
    question::{Counts, Question, Said},
    sight::Visible,
};
use crate::{
    language::Language,
    retrieval::Index,
    tools::{Asked, Live},
};

/// The newest messages a turn looks at.
pub(crate) const MESSAGES: i64 = 100;
/// So many messages there must be before what was said is looked for in short.
const SUMMARISED_FROM: usize = 4;
/// How long a customer waits for a voice note to be written down, or a picture to be fetched, before the bot goes on without.
const THERE_WITHIN: Duration = Duration::from_secs(20);
/// Over which the answers to one customer are counted.
pub(crate) const DAY: Duration = Duration::from_hours(24);

pub(super) struct Context {
    pub(super) question: Question,
    /// The newest message of the customer among what was read.
    pub(super) seen: i64,
    pub(super) policy: TurnPolicy,
}

/// What was found.
pub(super) enum Loaded {
    Ready(Box<Context>),
    /// No bot serves the number any more. `seen`: the newest message of the customer.
    Unserved {
        seen: i64,
    },
    /// The tenant may not work. `seen`: as above.
    Suspended {
        seen: i64,
    },
    /// What a voice note says is being written down, or a picture is on its way. `seen`: as above.
    Incomplete {
        seen: i64,
        policy: TurnPolicy,
    },
    /// Somebody else has the conversation.
    Lost,
}

/// What one look has come to.
enum Look {
    Seen(Loaded),
    /// What the bot knows is to be indexed first.
    Unindexed(Box<Bot>),
}

impl Context {
    /// Reads everything in one snapshot.
    pub(super) async fn load(parts: &TurnParts, lease: Lease) -> Result<Loaded> {
        let mut built = None;
        loop {
            match Self::look(parts, lease, built).await? {
                Look::Seen(loaded) => return Ok(loaded),
                Look::Unindexed(bot) => built = parts.indexes.build(&parts.db, &bot).await?,
            }
        }
    }

    /// `built`: of what the bot knew a moment ago. It serves where the bot knows something else by now: while a large site
    /// is read, that goes on for minutes. What is deleted meanwhile is in no answer ([`turns::finish`]).
    ///
    /// [`turns::finish`]: switchboard_inbox::turns::finish
    async fn look(parts: &TurnParts, lease: Lease, built: Option<Arc<Index>>) -> Result<Look> {
        let tenant_id = lease.tenant_id;
        let mut tx = parts.db.read(Scope::Tenant(tenant_id)).await?;
        let conn = &mut tx.conn();
        let state = conversation::turn_state(conn, tenant_id, lease.id).await?;
        let Some(state) = state.filter(|state| state.fence == lease.fence) else { return Ok(Look::Seen(Loaded::Lost)) };
        if !state.tenant_active {
            return Ok(Look::Seen(Loaded::Suspended { seen: state.last_inbound_seq }));
        }
        let bot = bot::of_number(conn, tenant_id, lease.number_id).await?.filter(|bot| bot.enabled);
        let Some(bot) = bot else { return Ok(Look::Seen(Loaded::Unserved { seen: state.last_inbound_seq })) };
        let Some(index) = parts.indexes.of(&bot).await.or(built) else { return Ok(Look::Unindexed(Box::new(bot))) };
        let (now, zone) = (parts.clock.now(), Zone::of(&state.models.time_zone));
        let models = parts.models.of(conn, tenant_id, &state.models).await?;
        parts.vectors.see_to(conn, &models, bot.id, &index).await?;
        let mut counts = Counts::of_day(conn, &bot, &models, &zone, now).await?;
        // Until now, whatever the clock of another replica says of now.
        counts.of_customer = answers_to(conn, &bot, lease.contact_id, now - DAY..Millis(i64::MAX)).await?;
        let mut messages = message::before(conn, tenant_id, lease.id, None, MESSAGES).await?;
        messages.reverse();
        let is_full = i64::try_from(messages.len()).is_ok_and(|read| read == MESSAGES);
        let looked_back_to = messages.first().filter(|_| is_full).map(Message::place);
        let asked = Asked::of(&messages);
        let was_told = was_told(&messages);
        let (pending, history) = messages
            .into_iter()
            .filter(is_said)
            .partition::<Vec<_>, _>(|message| message.wants_answer && message.seq > state.answered_seq);
        let policy = TurnPolicy {
            quiet: Duration::from_millis(bot.reply_delay_ms.unsigned_abs()),
            longest_wait: Duration::from_millis(bot.max_wait_ms.unsigned_abs()),
        };
        let summary = match history.len() + pending.len() {
            // Only a long conversation has one.
            0..SUMMARISED_FROM => None,
            _ => summary::get(conn, tenant_id, lease.id).await?,
        };
        let senses = Senses {
            hears: models.name(Purpose::Transcription).is_some(),
            sees: bot.sees_pictures && models.may_see(bot.model.as_deref()),
        };
        let files = Files::of(conn, tenant_id, pending.iter().chain(&history)).await?;
        if files.is_awaited(&pending, senses, now) {
            return Ok(Look::Seen(Loaded::Incomplete { seen: state.last_inbound_seq, policy }));
        }
        // Not before: who waits for a file comes here every second.
        let label = calling_label(conn, &bot, &state.labels).await?;
        let live = Live {
            db: parts.db.clone(),
            clock: Arc::clone(&parts.clock),
            notifier: parts.notifier.clone(),
            lease,
            seen: state.last_inbound_seq,
            answered: state.answered_seq,
            asked,
        };
        let tools = parts.tools.of(conn, &bot).await?.live(conn, live).await?;
        let sees = bot.sees_pictures;
        let said = |messages: Vec<Message>| messages.into_iter().map(|message| files.said(message, sees)).collect();
        let question = Question {
            business: state.tenant_name,
            contact_language: state.contact_language,
            detected_language: state.detected_language.as_deref().map(Language::from_code),
            bot,
            models,
            vectors: parts.vectors.clone(),
            index,
            sight: parts.sight.clone(),
            summary,
            looked_back_to,
            history: said(history),
            was_told,
            pending: said(pending),
            now,
            zone,
            counts,
            label,
            tools,
        };
        Ok(Look::Seen(Loaded::Ready(Box::new(Self { question, seen: state.last_inbound_seq, policy }))))
    }
}

/// How many answers a customer has had in a time. Where no limit is set, none is counted.
pub(crate) async fn answers_to(conn: &mut Conn<'_>, bot: &Bot, contact: Uuid, time: Range<Millis>) -> Result<i64> {
    if bot.answers_per_customer.is_none() {
        return Ok(0);
    }
    message::answers_between(conn, bot.tenant_id, contact, bot.id, time).await
}

/// The name of a label for which the bot leaves conversations to people.
pub(crate) async fn calling_label(conn: &mut Conn<'_>, bot: &Bot, labels: &[Uuid]) -> Result<Option<String>> {
    match labels.iter().find(|label| bot.handoff_labels.contains(label)) {
        Some(id) => Ok(label::get(conn, bot.tenant_id, *id).await?.map(|label| label.name)),
        None => Ok(None),
    }
}

/// What a bot takes in besides words.
#[derive(Clone, Copy)]
struct Senses {
    hears: bool,
    sees: bool,
}

/// Pictures, and voice notes with what is said in them, as far as they are there.
pub(crate) struct Files {
    transcripts: HashMap<Uuid, Transcript>,
    files: HashMap<Uuid, Media>,
}

impl Files {
    pub(crate) async fn of(
        conn: &mut Conn<'_>,
        tenant: TenantId,
        messages: impl Iterator<Item = &Message>,
    ) -> Result<Self> {
        let kind_of = |message: &Message| MediaKind::parse(&message.kind);
        let perceived: Vec<_> =
            messages.filter(|it| matches!(kind_of(it), Some(MediaKind::Audio | MediaKind::Image))).collect();
        let voices = perceived.iter().filter(|message| kind_of(message) == Some(MediaKind::Audio));
        let voices: Vec<_> = voices.map(|message| message.id).collect();
        let files: Vec<_> = perceived.iter().filter_map(|message| message.media_id).collect();
        let transcripts = transcript::of_messages(conn, tenant, &voices).await?;
        let files = media::by_ids(conn, tenant, &files).await?;
        Ok(Self {
            transcripts: transcripts.into_iter().map(|it| (it.message_id, it)).collect(),
            files: files.into_iter().map(|file| (file.id, file)).collect(),
        })
    }

    fn file(&self, message: &Message) -> Option<&Media> {
        self.files.get(&message.media_id?)
    }

    /// Whether one of these may still be taken in, and it is worth waiting for it.
    fn is_awaited(&self, pending: &[Message], senses: Senses, now: Millis) -> bool {
        pending.iter().any(|message| {
            let Some(file) = self.file(message) else { return false };
            let is_on_its_way = file.state == MediaState::Waiting;
            let is_under_way = match (file.kind, self.transcripts.get(&message.id)) {
                (MediaKind::Audio, None) => senses.hears && is_on_its_way,
                (MediaKind::Audio, Some(transcript)) => senses.hears && transcript.state == TranscriptState::Waiting,
                (MediaKind::Image, _) => senses.sees && is_on_its_way,
                _ => false,
            };
            is_under_way && now < file.created_at + THERE_WITHIN
        })
    }

    /// A message as what its sender said, and showed if pictures are looked at.
    pub(crate) fn said(&self, message: Message, sees: bool) -> Said {
        let by_customer = message.direction == Direction::Inbound;
        if let Some(text) = self.transcripts.get(&message.id).and_then(|transcript| transcript.text.clone()) {
            return Said { place: message.place(), ..Said::text(by_customer, text) };
        }
        let picture = self.file(&message).filter(|_| sees && by_customer).and_then(Visible::of);
        Said { picture, ..message.into() }
    }
}

/// What both sides have said to each other, as a bot reads it: not what Switchboard said by itself.
pub(crate) fn is_said(message: &Message) -> bool {
    is_speech(message) && !(message.direction == Direction::Outbound && message.author == Author::System)
}

/// Whether Switchboard itself has told the customer something among these messages.
pub(crate) fn was_told(messages: &[Message]) -> bool {
    messages.iter().any(|message| is_speech(message) && !is_said(message))
}

/// What was said, and not taken back. What never left was not.
pub(crate) fn is_speech(message: &Message) -> bool {
    let speech = !matches!(message.kind.as_str(), "reaction" | "edit" | "revoke" | "system");
    let left = !matches!(message.status, MessageStatus::Cancelled | MessageStatus::Failed);
    speech && left && message.revoked_at.is_none()
}
