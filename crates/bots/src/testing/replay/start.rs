//! Asking for a replay, and ending it.

use switchboard_store::{
    Conn, Error, Millis, Result, TenantId, bot,
    bot_replay::{self, Answer, Answered, Asked, Past, Replay},
    bot_run::{self, RunKind},
    message::{self, Cursor},
    new_id,
};
use uuid::Uuid;

use super::bursts::{Burst, answered};
use crate::{
    bot::InvalidSetting,
    testing::news,
    turn::context::{Files, is_speech},
};

/// Of one replay.
const MAX_CONVERSATIONS: i64 = 50;
/// Of one replay.
const MAX_BURSTS: usize = 200;
/// Of each bot, the newest.
pub const REPLAYS_KEPT: i64 = 10;
/// Conversations of a replay that does not say how many.
const CONVERSATIONS: i64 = 20;
/// The newest messages of a conversation in which bursts are looked for.
const MESSAGES: i64 = 500;

#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("there is no such bot, replay or conversation")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
    #[error("the bot has answered nobody there")]
    NothingToReplay,
    #[error("a replay of the bot is under way")]
    UnderWay,
    #[error(transparent)]
    Store(#[from] Error),
}

/// What is to be replayed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// So many of the newest conversations that the bot has answered in; `None`: twenty.
    pub conversations: Option<i64>,
    /// Only what was said from then on, and before then.
    pub since: Option<Millis>,
    pub until: Option<Millis>,
    /// These, whoever answered in them; `None`: the newest.
    pub chosen: Option<Vec<Uuid>>,
}

impl Wanted {
    fn check(&self) -> Result<Answered, InvalidSetting> {
        let error = |field, message| Err(InvalidSetting { field, message });
        let limit = self.conversations.unwrap_or(CONVERSATIONS);
        if !(1..=MAX_CONVERSATIONS).contains(&limit) {
            return error("conversations", "must be 1 to 50");
        }
        let (since, until) = (self.since.unwrap_or(Millis(0)), self.until.unwrap_or(Millis(i64::MAX)));
        if since >= until {
            return error("until", "must be later than since");
        }
        let is_few = |ids: &Vec<Uuid>| (1..=MAX_CONVERSATIONS).contains(&i64::try_from(ids.len()).unwrap_or(i64::MAX));
        if !self.chosen.as_ref().is_none_or(is_few) {
            return error("conversation_ids", "must be 1 to 50 conversations");
        }
        Ok(Answered { since, until, limit })
    }
}

/// What a replay is made of.
#[derive(Debug)]
pub struct Gathered {
    bursts: Vec<Past>,
    left_out: i64,
}

/// Looks for what is to be replayed. Read before anything is written: on SQLite, whoever writes keeps all others from it.
pub async fn gather(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    wanted: &Wanted,
) -> Result<Gathered, ReplayError> {
    let which = wanted.check()?;
    bot::get(conn, tenant, bot).await?.ok_or(ReplayError::NotFound)?;
    let conversations = match &wanted.chosen {
        Some(ids) => all_of(ids, bot_replay::chosen(conn, tenant, ids).await?)?,
        None => bot_replay::answered(conn, tenant, bot, which).await?,
    };
    let gathered = collect(conn, tenant, &conversations, which).await?;
    if gathered.bursts.is_empty() { Err(ReplayError::NothingToReplay) } else { Ok(gathered) }
}

/// Asks for a replay. It is worked on in the background, with the bot as it is then.
pub async fn start(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    gathered: Gathered,
) -> Result<Replay, ReplayError> {
    bot::get(conn, tenant, bot).await?.ok_or(ReplayError::NotFound)?;
    let id = new_id(now);
    let Gathered { bursts, left_out } = gathered;
    bot_replay::insert(conn, tenant, bot, id, &bursts, left_out, now).await.map_err(|error| match error {
        Error::Duplicate { .. } => ReplayError::UnderWay,
        error => error.into(),
    })?;
    bot_run::delete_old(conn, RunKind::Replay, tenant, bot, REPLAYS_KEPT).await?;
    news::tell(conn, now, RunKind::Replay, tenant, bot, id).await?;
    bot_replay::get(conn, tenant, bot, id).await?.ok_or(ReplayError::NotFound)
}

/// Ends a replay that is under way. What has come of it stays.
pub async fn stop(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
) -> Result<Replay, ReplayError> {
    if bot_replay::stop(conn, tenant, bot, id, now).await? {
        news::tell(conn, now, RunKind::Replay, tenant, bot, id).await?;
    }
    bot_replay::get(conn, tenant, bot, id).await?.ok_or(ReplayError::NotFound)
}

/// One that is under way ends with it.
pub async fn delete(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
) -> Result<(), ReplayError> {
    if !bot_replay::delete(conn, tenant, bot, id).await? {
        return Err(ReplayError::NotFound);
    }
    Ok(news::tell(conn, now, RunKind::Replay, tenant, bot, id).await?)
}

/// The same conversation may be named twice, but none that is not there.
fn all_of(ids: &[Uuid], found: Vec<Uuid>) -> Result<Vec<Uuid>, ReplayError> {
    if ids.iter().any(|id| !found.contains(id)) {
        return Err(ReplayError::NotFound);
    }
    let mut found = found;
    found.dedup();
    Ok(found)
}

/// The newest answered bursts of these conversations, as many of each as a replay has room for, one conversation after
/// another; and how many it has no room for.
async fn collect(conn: &mut Conn<'_>, tenant: TenantId, conversations: &[Uuid], which: Answered) -> Result<Gathered> {
    let of_each = MAX_BURSTS / conversations.len().max(1);
    let (mut bursts, mut left_out) = (Vec::new(), 0);
    for conversation in conversations {
        let found = of_conversation(conn, tenant, *conversation, which).await?;
        let too_many = found.len().saturating_sub(of_each);
        left_out += i64::try_from(too_many).unwrap_or(i64::MAX);
        bursts.extend(found.into_iter().skip(too_many));
    }
    Ok(Gathered { bursts, left_out })
}

async fn of_conversation(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    conversation: Uuid,
    which: Answered,
) -> Result<Vec<Past>> {
    let until = Cursor { created_at: which.until, seq: i64::MIN };
    let mut thread = message::before(conn, tenant, conversation, Some(until), MESSAGES).await?;
    thread.reverse();
    thread.retain(is_speech);
    let is_in_time = |burst: &Burst| burst.asked.last().is_some_and(|last| last.created_at >= which.since);
    let bursts: Vec<_> = answered(thread).into_iter().filter(is_in_time).collect();
    let messages = bursts.iter().flat_map(|burst| burst.asked.iter().chain(&burst.answers));
    let files = Files::of(conn, tenant, messages).await?;
    Ok(bursts.into_iter().map(|burst| past(burst, &files)).collect())
}

fn past(burst: Burst, files: &Files) -> Past {
    let asked = burst
        .asked
        .into_iter()
        .map(|message| Asked { message_id: message.id, text: files.said(message, false).readable() });
    let answers = burst.answers.into_iter().map(|message| Answer {
        message_id: message.id,
        author: message.author,
        text: files.said(message, false).readable(),
    });
    Past { asked: asked.collect(), answers: answers.collect() }
}
