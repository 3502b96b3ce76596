//! What the operations of this area answer.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use switchboard_accounts::{Permission, Principal};
use switchboard_bots::{
    language::{detect, in_words},
    translation::is_of,
};
use switchboard_inbox::{is_language_code, rules, window::window};
use switchboard_store::{
    Author, Conn, Control, ConversationState, Direction, MediaKind, MessageStatus, Millis, TranscriptProblem,
    TranscriptState,
    conversation::{self, Overview},
    media,
    message::Message,
    message_passage, note,
    transcript::{self, Transcript},
    translation::{self, Translation},
    turn::{self, AnswerCost},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{Problem, media::MediaBody, usage::dollars};

/// One contact on one number.
#[derive(Clone, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that clients ask")]
pub(in crate::http) struct ConversationBody {
    id: Uuid,
    number_id: Uuid,
    number: NumberRef,
    contact: ContactBody,
    /// Who speaks: `ai` or `human`
    #[schema(value_type = String, example = "ai")]
    control: Control,
    /// Raised by every change of control
    control_version: i64,
    /// Why control is where it is: a code such as `operator`, a rule of the bot (`closed`, `keyword:refund`,
    /// `customer_limit`, `day_limit`, `repeated`, `unsure`), or the model's own words; null: it has never changed
    control_reason: Option<String>,
    /// The person who took over; null: nobody, or not a person of the team
    control_by: Option<Uuid>,
    /// Since when. RFC 3339
    control_at: String,
    /// When the AI takes over again if nobody writes; null: not by itself. RFC 3339
    handback_at: Option<String>,
    /// A person has to look at it
    needs_person: bool,
    /// A customer waits for a person, or a person has to look at it
    waiting: bool,
    /// When the customer last wrote; null: never. RFC 3339
    last_inbound_at: Option<String>,
    /// `open`, `snoozed` or `resolved`
    #[schema(value_type = String, example = "open")]
    state: ConversationState,
    /// When it opens by itself, with `snoozed`. RFC 3339
    snoozed_until: Option<String>,
    /// Something did not get through, and no person has written since
    send_failed: bool,
    /// The person whose it is; null: nobody's
    assignee_id: Option<Uuid>,
    label_ids: Vec<Uuid>,
    /// A note names you, and you have not seen it
    mentioned: bool,
    window: WindowBody,
    last_message: Option<LastMessageBody>,
    unread_count: i64,
    /// What the AI would have said when a person took over
    suggestion: Option<String>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

#[derive(Clone, Serialize, ToSchema)]
struct NumberRef {
    id: Uuid,
    #[schema(example = "+1 555-078-3881")]
    display_phone_number: String,
}

#[derive(Clone, Serialize, ToSchema)]
struct ContactBody {
    id: Uuid,
    /// What the team calls the customer, else what WhatsApp says
    name: Option<String>,
    /// Digits only, as WhatsApp writes it
    #[schema(example = "905301234567")]
    phone: Option<String>,
    /// WhatsApp's id of the customer for this business alone
    #[schema(example = "US.13491208655302741918")]
    user_id: Option<String>,
    username: Option<String>,
}

/// The 24 hours after the customer's last message, outside of which only templates may be sent.
#[derive(Clone, Serialize, ToSchema)]
struct WindowBody {
    open: bool,
    /// When it closes or closed; null: the customer has never written. RFC 3339
    closes_at: Option<String>,
}

#[derive(Clone, Serialize, ToSchema)]
struct LastMessageBody {
    id: Uuid,
    /// `inbound` or `outbound`
    #[schema(value_type = String, example = "inbound")]
    direction: Direction,
    /// As in the thread
    #[schema(value_type = String, example = "customer")]
    author: Author,
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
    /// As in the thread
    #[schema(value_type = String, example = "received")]
    status: MessageStatus,
    /// RFC 3339
    created_at: String,
}

impl ConversationBody {
    fn new(overview: Overview, now: Millis, mentioned: bool) -> Self {
        let last_message = last_message(&overview);
        let row = overview.conversation;
        let waiting = row.needs_person || (row.control == Control::Human && rules::waiting(&row));
        let window = window(row.last_inbound_at, now);
        Self {
            id: row.id,
            number_id: row.number_id,
            number: NumberRef { id: row.number_id, display_phone_number: overview.number_display },
            contact: ContactBody {
                id: row.contact_id,
                name: overview.contact_name,
                phone: overview.contact_phone,
                user_id: overview.contact_user_id,
                username: overview.contact_username,
            },
            control: row.control,
            control_version: row.control_version,
            control_reason: row.control_reason,
            control_by: row.control_by,
            control_at: row.control_at.to_rfc3339(),
            handback_at: row.handback_at.map(Millis::to_rfc3339),
            needs_person: row.needs_person,
            waiting,
            last_inbound_at: row.last_inbound_at.map(Millis::to_rfc3339),
            state: row.state,
            snoozed_until: row.snoozed_until.map(Millis::to_rfc3339),
            send_failed: row.send_failed,
            assignee_id: row.assignee_id,
            label_ids: row.labels.0,
            mentioned,
            window: WindowBody { open: window.open, closes_at: window.closes_at.map(Millis::to_rfc3339) },
            last_message,
            unread_count: row.unread_count,
            suggestion: row.suggestion,
            created_at: row.created_at.to_rfc3339(),
            updated_at: row.updated_at.to_rfc3339(),
        }
    }

    pub(in crate::http) const fn id(&self) -> Uuid {
        self.id
    }

    /// As it stands in this transaction, for who asks; 404 when the tenant has none of this id.
    pub(super) async fn load(
        conn: &mut Conn<'_>,
        now: Millis,
        principal: &Principal,
        id: Uuid,
    ) -> Result<Self, Problem> {
        let overview = conversation::get(conn, principal.tenant, id).await?.ok_or_else(Problem::not_found)?;
        let mentioned = !unseen(conn, principal, &[id]).await?.is_empty();
        Ok(Self::new(overview, now, mentioned))
    }

    /// Rows of a list, for who asks.
    pub(in crate::http) async fn all(
        conn: &mut Conn<'_>,
        now: Millis,
        principal: &Principal,
        rows: Vec<Overview>,
    ) -> Result<Vec<Self>, Problem> {
        let ids: Vec<_> = rows.iter().map(|row| row.conversation.id).collect();
        let unseen = unseen(conn, principal, &ids).await?;
        let body = |row: Overview| {
            let mentioned = unseen.contains(&row.conversation.id);
            Self::new(row, now, mentioned)
        };
        Ok(rows.into_iter().map(body).collect())
    }
}

/// Where notes name who asks, that they have not seen.
async fn unseen(conn: &mut Conn<'_>, principal: &Principal, ids: &[Uuid]) -> Result<Vec<Uuid>, Problem> {
    let Some(person) = principal.person else { return Ok(Vec::new()) };
    Ok(note::unread_of(conn, principal.tenant, person, ids).await?)
}

fn last_message(overview: &Overview) -> Option<LastMessageBody> {
    Some(LastMessageBody {
        id: overview.conversation.last_message_id?,
        direction: overview.last_message_direction?,
        author: overview.last_message_author?,
        kind: overview.last_message_type.clone()?,
        text: overview.last_message_text.clone(),
        status: overview.last_message_status?,
        created_at: overview.last_message_created_at?.to_rfc3339(),
    })
}

/// A page of a thread.
#[derive(Serialize, ToSchema)]
pub(super) struct ThreadBody {
    /// The oldest first
    pub(super) items: Vec<MessageBody>,
    /// Give it as `cursor` to get what was said before; null: that was all.
    pub(super) next_cursor: Option<String>,
    /// Give it as `after` to get what was said later, where one began to read `around` a message; null: nothing was.
    pub(super) newer_cursor: Option<String>,
}

/// A message of a thread.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageBody {
    id: Uuid,
    conversation_id: Uuid,
    /// The order of arrival in the conversation. People read it in the order of `created_at`
    seq: i64,
    /// `inbound` or `outbound`
    #[schema(value_type = String, example = "outbound")]
    direction: Direction,
    /// `customer`, `ai`, `operator`, `phone` (typed in the WhatsApp Business app), `api` or `system`
    #[schema(value_type = String, example = "operator")]
    author: Author,
    /// The operator
    person_id: Option<Uuid>,
    /// `text`, `image`, `interactive`, …
    #[serde(rename = "type")]
    #[schema(example = "text")]
    kind: String,
    /// What can be read of it: the text, the caption, what was chosen
    text: Option<String>,
    /// The language of `text` or of what is said, an ISO 639-1 code; null: it cannot be told
    #[schema(example = "tr")]
    language: Option<String>,
    /// What it says in other languages, as far as somebody has asked
    translations: Vec<TranslationBody>,
    /// All of it, as its type has it
    #[schema(value_type = Option<Object>)]
    payload: Option<Value>,
    /// `received`; or `queued`, `sending`, `unknown`, `sent`, `delivered`, `read`, `failed`, `cancelled`
    #[schema(value_type = String, example = "queued")]
    status: MessageStatus,
    /// WhatsApp's id, once it has one
    wamid: Option<String>,
    /// The wamid of the message it quotes
    reply_to: Option<String>,
    /// Why it did not leave or did not arrive: `message` for people; Meta's `code`, `details` and `fbtrace_id`, if any
    #[schema(value_type = Option<Object>)]
    error: Option<Value>,
    reactions: ReactionsBody,
    /// Its file
    media: Option<MediaBody>,
    /// What is said in it, of a voice note; null: nobody has listened
    transcript: Option<TranscriptBody>,
    /// From how many passages of the knowledge the AI wrote it; `/passages` of the message has them
    passages: i64,
    /// What models took for the answer whose first message it is; null: none was asked, or you may not view the tenant
    spent: Option<SpentBody>,
    /// RFC 3339
    edited_at: Option<String>,
    /// RFC 3339
    revoked_at: Option<String>,
    /// When it was said. RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

/// What models took for an answer, as far as they tell.
#[derive(Serialize, ToSchema)]
struct SpentBody {
    /// Tokens that were read
    prompt_tokens: Option<i64>,
    /// Tokens that were written
    completion_tokens: Option<i64>,
    /// In US dollars
    cost: Option<f64>,
}

impl SpentBody {
    /// `None`: nothing is known.
    fn of(it: AnswerCost) -> Option<Self> {
        let AnswerCost { prompt_tokens, completion_tokens, cost_micros, .. } = it;
        let is_known = prompt_tokens.is_some() || completion_tokens.is_some() || cost_micros.is_some();
        is_known.then(|| Self { prompt_tokens, completion_tokens, cost: cost_micros.map(dollars) })
    }
}

/// What is said in a voice note.
#[derive(Serialize, ToSchema)]
pub(super) struct TranscriptBody {
    /// `waiting`, `ready` or `failed`
    #[schema(value_type = String, example = "ready")]
    state: TranscriptState,
    text: Option<String>,
    /// An ISO 639-1 code; null: it cannot be told
    #[schema(example = "tr")]
    language: Option<String>,
    /// Who wrote it down
    model: Option<String>,
    /// Why there is no text: `not_set_up`, `gone`, `too_large`, `too_long`, `silent`, `refused`, `budget` or `unavailable`
    #[schema(value_type = Option<String>)]
    problem: Option<TranscriptProblem>,
}

impl From<Transcript> for TranscriptBody {
    fn from(it: Transcript) -> Self {
        Self { state: it.state, text: it.text, language: it.language, model: it.model, problem: it.problem }
    }
}

/// What a message says in another language.
#[derive(Serialize, ToSchema)]
pub(super) struct TranslationBody {
    /// An ISO 639-1 code
    #[schema(example = "en")]
    language: String,
    text: String,
    /// The model's name or the server's; null: a person wrote it
    translator: Option<String>,
    /// The other way round: a person wrote this, and the message is its translation
    is_original: bool,
    /// RFC 3339
    created_at: String,
}

impl From<Translation> for TranslationBody {
    fn from(it: Translation) -> Self {
        let Translation { language, text, translator, is_original, .. } = it;
        Self { language, text, translator, is_original, created_at: it.created_at.to_rfc3339() }
    }
}

/// 422: the field is no language.
pub(super) fn language(field: &str, code: &str) -> Result<(), Problem> {
    if is_language_code(code) {
        return Ok(());
    }
    Err(Problem::invalid(field, "must be an ISO 639-1 code such as \"en\", \"tr\" or \"ar\""))
}

/// An emoji of each side; null: none.
#[derive(Serialize, ToSchema)]
struct ReactionsBody {
    customer: Option<String>,
    own: Option<String>,
}

/// What belongs to a message.
struct OfMessage {
    media: Option<MediaBody>,
    passages: i64,
    spent: Option<SpentBody>,
    translations: Vec<Translation>,
    transcript: Option<Transcript>,
}

impl MessageBody {
    /// Messages of a tenant, with what belongs to them, for who asks.
    pub(super) async fn of(
        conn: &mut Conn<'_>,
        principal: &Principal,
        messages: Vec<Message>,
    ) -> Result<Vec<Self>, Problem> {
        let tenant = principal.tenant;
        let files: Vec<_> = messages.iter().filter_map(|message| message.media_id).collect();
        let files = media::by_ids(conn, tenant, &files).await?;
        let files: HashMap<_, _> = files.into_iter().map(|file| (file.id, file)).collect();
        let answers: Vec<_> =
            messages.iter().filter(|message| message.author == Author::Ai).map(|message| message.id).collect();
        let passages = message_passage::counts(conn, tenant, &answers).await?;
        let passages: HashMap<_, _> = passages.into_iter().map(|count| (count.message_id, count.passages)).collect();
        // Whoever may see what models cost at all.
        let counted = if principal.may(Permission::ViewTenant) { answers.as_slice() } else { &[] };
        let spent = turn::of_answers(conn, tenant, counted).await?;
        let mut spent: HashMap<_, _> = spent.into_iter().map(|it| (it.message_id, it)).collect();
        let ids: Vec<_> = messages.iter().map(|message| message.id).collect();
        let voices = messages.iter().filter(|message| message.kind == MediaKind::Audio.as_str());
        let voices: Vec<_> = voices.map(|message| message.id).collect();
        let transcripts = transcript::of_messages(conn, tenant, &voices).await?;
        let mut transcripts: HashMap<_, _> = transcripts.into_iter().map(|it| (it.message_id, it)).collect();
        let mut translations: HashMap<_, Vec<_>> = HashMap::new();
        for it in translation::of_messages(conn, tenant, &ids).await? {
            translations.entry(it.message_id).or_default().push(it);
        }
        let with_all = messages.into_iter().map(|message| {
            let translations = translations.remove(&message.id).unwrap_or_default();
            let transcript = transcripts.remove(&message.id);
            let media = message.media_id.and_then(|id| files.get(&id)).cloned().map(MediaBody::from);
            let passages = passages.get(&message.id).copied().unwrap_or(0);
            let spent = spent.remove(&message.id).and_then(SpentBody::of);
            let of_message = OfMessage { media, passages, spent, translations, transcript };
            Self::new(message, of_message)
        });
        Ok(with_all.collect())
    }

    fn new(message: Message, it: OfMessage) -> Self {
        let transcript = it.transcript.filter(|_| message.revoked_at.is_none());
        let heard = || transcript.as_ref().and_then(|it| it.text.as_deref());
        let said = if message.text.is_some() { in_words(&message) } else { heard() };
        let language = said.and_then(detect);
        let translations = it.translations.into_iter().filter(|it| is_of(it, &message)).map(Into::into).collect();
        Self {
            media: it.media,
            passages: it.passages,
            spent: it.spent,
            language: language.map(|language| language.code().to_owned()),
            translations,
            transcript: transcript.map(Into::into),
            id: message.id,
            conversation_id: message.conversation_id,
            seq: message.seq,
            direction: message.direction,
            author: message.author,
            person_id: message.person_id,
            kind: message.kind,
            text: message.text,
            payload: message.payload.map(|payload| payload.0),
            status: message.status,
            wamid: message.wamid,
            reply_to: message.reply_to,
            error: message.error.map(|error| error.0),
            reactions: ReactionsBody { customer: message.customer_reaction, own: message.own_reaction },
            edited_at: message.edited_at.map(Millis::to_rfc3339),
            revoked_at: message.revoked_at.map(Millis::to_rfc3339),
            created_at: message.created_at.to_rfc3339(),
            updated_at: message.updated_at.to_rfc3339(),
        }
    }
}
