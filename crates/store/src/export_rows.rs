//! What a tenant has, row by row, as it is written into an archive: no secret, and nothing that only Switchboard needs.

use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Conn, Error, Json, Millis, Result, TenantId,
    db::{Row, fetch, statements},
};

/// A file of the archive, after the kind of what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExportKind {
    Tenant,
    People,
    Invitations,
    ApiKeys,
    Models,
    Bots,
    Knowledge,
    KnowledgeVersions,
    BotTests,
    Accounts,
    Numbers,
    AppData,
    Connections,
    ConnectionSteps,
    Contacts,
    ContactFields,
    Conversations,
    Labels,
    Notes,
    CannedReplies,
    SavedFilters,
    Messages,
    Passages,
    Transcripts,
    Translations,
    Turns,
    Tools,
    ToolCalls,
    Unanswered,
    Media,
    Templates,
    Leftovers,
    Visits,
    Audit,
}

impl ExportKind {
    pub const ALL: [Self; 34] = [
        Self::Tenant,
        Self::People,
        Self::Invitations,
        Self::ApiKeys,
        Self::Models,
        Self::Bots,
        Self::Knowledge,
        Self::KnowledgeVersions,
        Self::BotTests,
        Self::Accounts,
        Self::Numbers,
        Self::AppData,
        Self::Connections,
        Self::ConnectionSteps,
        Self::Contacts,
        Self::ContactFields,
        Self::Conversations,
        Self::Labels,
        Self::Notes,
        Self::CannedReplies,
        Self::SavedFilters,
        Self::Messages,
        Self::Passages,
        Self::Transcripts,
        Self::Translations,
        Self::Turns,
        Self::Tools,
        Self::ToolCalls,
        Self::Unanswered,
        Self::Media,
        Self::Templates,
        Self::Leftovers,
        Self::Visits,
        Self::Audit,
    ];

    /// The file's name without its ending.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::People => "people",
            Self::Invitations => "invitations",
            Self::ApiKeys => "api_keys",
            Self::Models => "models",
            Self::Bots => "bots",
            Self::Knowledge => "knowledge",
            Self::KnowledgeVersions => "knowledge_versions",
            Self::BotTests => "bot_tests",
            Self::Accounts => "accounts",
            Self::Numbers => "numbers",
            Self::AppData => "app_data",
            Self::Connections => "connections",
            Self::ConnectionSteps => "connection_steps",
            Self::Contacts => "contacts",
            Self::ContactFields => "contact_fields",
            Self::Conversations => "conversations",
            Self::Labels => "labels",
            Self::Notes => "notes",
            Self::CannedReplies => "canned_replies",
            Self::SavedFilters => "saved_filters",
            Self::Messages => "messages",
            Self::Passages => "passages",
            Self::Transcripts => "transcripts",
            Self::Translations => "translations",
            Self::Turns => "turns",
            Self::Tools => "tools",
            Self::ToolCalls => "tool_calls",
            Self::Unanswered => "unanswered",
            Self::Media => "media",
            Self::Templates => "templates",
            Self::Leftovers => "leftovers",
            Self::Visits => "visits",
            Self::Audit => "audit",
        }
    }

    /// The table whose rows it holds.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::People => "membership",
            Self::Invitations => "invitation",
            Self::ApiKeys => "api_key",
            Self::Models => "model_server",
            Self::Bots => "bot",
            Self::Knowledge => "knowledge",
            Self::KnowledgeVersions => "knowledge_version",
            Self::BotTests => "bot_test",
            Self::Accounts => "waba",
            Self::Numbers => "number",
            Self::AppData => "app_data_sync",
            Self::Connections => "onboarding",
            Self::ConnectionSteps => "onboarding_step",
            Self::Contacts => "contact",
            Self::ContactFields => "contact_field",
            Self::Conversations => "conversation",
            Self::Labels => "label",
            Self::Notes => "note",
            Self::CannedReplies => "canned_reply",
            Self::SavedFilters => "saved_filter",
            Self::Messages => "message",
            Self::Passages => "message_passage",
            Self::Transcripts => "transcript",
            Self::Translations => "translation",
            Self::Turns => "turn",
            Self::Tools => "tool",
            Self::ToolCalls => "tool_call",
            Self::Unanswered => "unanswered",
            Self::Media => "media",
            Self::Templates => "template",
            Self::Leftovers => "webhook_leftover",
            Self::Visits => "impersonation",
            Self::Audit => "audit",
        }
    }
}

/// Tables of tenants that are in no archive, and why.
pub const NOT_EXPORTED: &[(&str, &str)] = &[
    ("tenant_key", "opens secrets, of which an archive has none"),
    ("session", "lets somebody in"),
    ("send_budget", "what may be sent at this moment"),
    ("usage_slot", "counts of what the messages and the turns tell"),
    ("passage_vector", "finds the knowledge, which is there; can be made again"),
    ("model_use", "counts of what models were asked"),
    ("conversation_summary", "tells models in short what the messages say"),
    ("outbox", "what is under way; the messages have their status"),
    ("early_status", "what is under way"),
    ("media_upload", "what is at Meta at this moment"),
    ("conversation_label", "finds conversations by their labels, which they have"),
    ("mention", "finds the notes that name somebody, which they say"),
    ("event", "tells for two days of what the other files hold"),
    ("mail", "what is under way"),
    ("bot_preparation", "what is under way"),
    ("crawl", "when pages are read next; knowledge says when each was last"),
    ("bot_test_run", "what a bot did with its tests, which can be run again"),
    ("bot_test_result", "what a bot did with its tests, which can be run again"),
    ("bot_replay", "what a bot would say to what the messages tell, which can be asked again"),
    ("bot_replay_burst", "what a bot would say to what the messages tell, which can be asked again"),
    ("tenant_export", "the archives themselves"),
    ("tenant_export_chunk", "the archives themselves"),
];

/// Where a page ends: the next begins after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    id: Uuid,
    /// Where one id has several rows.
    part: String,
}

/// A page of rows, a JSON object and a line break each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    pub text: Vec<u8>,
    pub rows: i64,
    /// `None`: there are no more.
    pub next: Option<Place>,
}

/// A row that knows its place.
trait Exported: Serialize {
    fn place(&self) -> Place;
}

macro_rules! rows {
    (@part $row:ident) => { String::new() };
    (@part $row:ident, $part:ident) => { $row.$part.clone() };
    ($($(#[$meta:meta])* $name:ident by $id:ident $(, $part:ident)? { $($(#[$fmeta:meta])* $field:ident: $ty:ty),+ $(,)? })+) => {
        $(
            $(#[$meta])*
            #[derive(Serialize, Row)]
            struct $name { $($(#[$fmeta])* $field: $ty),+ }

            impl Exported for $name {
                fn place(&self) -> Place {
                    Place { id: self.$id, part: rows!(@part self $(, $part)?) }
                }
            }
        )+
    };
}

rows! {
    TenantRow by id {
        id: Uuid,
        name: String,
        auto_handback_ms: Option<i64>,
        time_zone: String,
        read_receipts: String,
        #[serde(serialize_with = "at")]
        created_at: Millis,
    }
    PersonRow by id {
        id: Uuid,
        name: String,
        email: String,
        role: String,
        language: String,
        #[serde(serialize_with = "at")]
        created_at: Millis,
    }
    InvitationRow by id {
        id: Uuid,
        email: String,
        role: String,
        language: String,
        invited_by: Uuid,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        expires_at: Millis,
        #[serde(serialize_with = "maybe_at")]
        sent_at: Option<Millis>,
        #[serde(serialize_with = "maybe_at")]
        accepted_at: Option<Millis>,
        #[serde(serialize_with = "maybe_at")]
        revoked_at: Option<Millis>,
    }
    ApiKeyRow by id {
        id: Uuid,
        name: String,
        hint: String,
        role: String,
        permissions: Option<Json<Value>>,
        created_by: Uuid,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "maybe_at")]
        last_used_at: Option<Millis>,
        #[serde(serialize_with = "maybe_at")]
        revoked_at: Option<Millis>,
    }
    ModelServerRow by id {
        id: Uuid,
        position: i64,
        base_url: String,
        answering: Option<String>,
        embedding: Option<String>,
        transcription: Option<String>,
        translation: Option<String>,
        prompt_price: Option<i64>,
        completion_price: Option<i64>,
        minute_price: Option<i64>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    BotRow by id {
        id: Uuid,
        name: String,
        enabled: bool,
        instructions: String,
        language: String,
        reply_delay_ms: i64,
        max_wait_ms: i64,
        model: Option<String>,
        handoff_message: Option<String>,
        tone: String,
        hours: Option<Json<Value>>,
        hands_over_when_closed: bool,
        closed_message: Option<String>,
        answers_per_customer: Option<i64>,
        answers_per_day: Option<i64>,
        handoff_keywords: Json<Value>,
        handoff_confidence: Option<i64>,
        handoff_repeats: Option<i64>,
        hands_over_when_angry: bool,
        tokens_per_day: Option<i64>,
        cost_per_day: Option<i64>,
        abilities: Json<Value>,
        sees_pictures: bool,
        greeting: Option<String>,
        handoff_labels: Json<Value>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    KnowledgeRow by id {
        id: Uuid,
        bot_id: Uuid,
        kind: String,
        title: String,
        content: String,
        source: Option<String>,
        parent_id: Option<Uuid>,
        problem: Option<String>,
        #[serde(serialize_with = "maybe_at")]
        read_at: Option<Millis>,
        #[serde(serialize_with = "maybe_at")]
        changed_at: Option<Millis>,
        version: i64,
        actor: Option<String>,
        actor_id: Option<Uuid>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    KnowledgeVersionRow by item_id, number {
        item_id: Uuid,
        number: String,
        title: String,
        content: String,
        actor: Option<String>,
        actor_id: Option<Uuid>,
        #[serde(serialize_with = "at")]
        written_at: Millis,
    }
    BotTestRow by id {
        id: Uuid,
        bot_id: Uuid,
        name: String,
        turns: Json<Value>,
        expected: Json<Value>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    AccountRow by id {
        id: Uuid,
        waba_id: String,
        name: Option<String>,
        status: String,
        business_id: Option<String>,
        scopes: Option<Json<Value>>,
        #[serde(serialize_with = "maybe_at")]
        token_expires_at: Option<Millis>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    NumberRow by id {
        id: Uuid,
        account_id: Uuid,
        phone_number_id: String,
        display_phone_number: String,
        verified_name: Option<String>,
        status: String,
        quality: Option<String>,
        messaging_limit: Option<String>,
        coexistence: bool,
        bot_id: Option<Uuid>,
        problem: Option<String>,
        warning: Option<String>,
        #[serde(serialize_with = "maybe_at")]
        connected_at: Option<Millis>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    AppDataRow by number_id, kind {
        number_id: Uuid,
        kind: String,
        state: String,
        phase: Option<i64>,
        progress: Option<i64>,
        error: Option<String>,
        #[serde(serialize_with = "at")]
        requested_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    ConnectionRow by id {
        id: Uuid,
        person_id: Uuid,
        account_id: Option<Uuid>,
        number_id: Option<Uuid>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
    }
    ConnectionStepRow by connection_id, step {
        connection_id: Uuid,
        step: String,
        state: String,
        #[serde(serialize_with = "at")]
        at: Millis,
        attempts: i64,
        error: Option<String>,
        meta_code: Option<i64>,
        meta_message: Option<String>,
    }
    ContactRow by id {
        id: Uuid,
        phone: Option<String>,
        user_id: Option<String>,
        parent_user_id: Option<String>,
        username: Option<String>,
        name: Option<String>,
        own_name: Option<String>,
        language: Option<String>,
        detected_language: Option<String>,
        fields: Json<Value>,
        given_phone: Option<String>,
        #[serde(serialize_with = "maybe_at")]
        phone_asked_at: Option<Millis>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    ContactFieldRow by id {
        id: Uuid,
        name: String,
        kind: String,
        choices: Json<Value>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    ConversationRow by id {
        id: Uuid,
        number_id: Uuid,
        contact_id: Uuid,
        control: String,
        control_version: i64,
        control_reason: Option<String>,
        control_by: Option<Uuid>,
        #[serde(serialize_with = "at")]
        control_at: Millis,
        needs_person: bool,
        state: String,
        #[serde(serialize_with = "maybe_at")]
        snoozed_until: Option<Millis>,
        send_failed: bool,
        assignee_id: Option<Uuid>,
        labels: Json<Value>,
        unread_count: i64,
        suggestion: Option<String>,
        #[serde(serialize_with = "maybe_at")]
        last_inbound_at: Option<Millis>,
        #[serde(serialize_with = "at")]
        last_message_at: Millis,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    LabelRow by id {
        id: Uuid,
        name: String,
        colour: String,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    NoteRow by id {
        id: Uuid,
        conversation_id: Uuid,
        person_id: Option<Uuid>,
        text: String,
        mentions: Json<Value>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "maybe_at")]
        edited_at: Option<Millis>,
    }
    CannedReplyRow by id {
        id: Uuid,
        shortcut: String,
        title: String,
        text: String,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    SavedFilterRow by id {
        id: Uuid,
        person_id: Option<Uuid>,
        name: String,
        filter: Json<Value>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    MessageRow by id {
        id: Uuid,
        conversation_id: Uuid,
        number_id: Uuid,
        seq: i64,
        direction: String,
        author: String,
        person_id: Option<Uuid>,
        r#type: String,
        text: Option<String>,
        payload: Option<Json<Value>>,
        status: String,
        wamid: Option<String>,
        reply_to: Option<String>,
        error: Option<Json<Value>>,
        customer_reaction: Option<String>,
        own_reaction: Option<String>,
        media_id: Option<Uuid>,
        #[serde(serialize_with = "maybe_at")]
        edited_at: Option<Millis>,
        #[serde(serialize_with = "maybe_at")]
        revoked_at: Option<Millis>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    PassageRow by message_id, position {
        message_id: Uuid,
        position: String,
        item_id: Uuid,
        title: Option<String>,
        text: String,
    }
    TranscriptRow by message_id {
        message_id: Uuid,
        state: String,
        text: Option<String>,
        language: Option<String>,
        model: Option<String>,
        problem: Option<String>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    TranslationRow by message_id, language {
        message_id: Uuid,
        language: String,
        text: String,
        translator: Option<String>,
        is_original: bool,
        #[serde(serialize_with = "at")]
        created_at: Millis,
    }
    TurnRow by id {
        id: Uuid,
        bot_id: Option<Uuid>,
        number_id: Uuid,
        outcome: String,
        prompt_tokens: Option<i64>,
        completion_tokens: Option<i64>,
        cost_micros: Option<i64>,
        message_id: Option<Uuid>,
    }
    ToolRow by id {
        id: Uuid,
        bot_id: Uuid,
        name: String,
        enabled: bool,
        url: String,
        definition: Json<Value>,
        header_names: Json<Value>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    ToolCallRow by id {
        id: Uuid,
        conversation_id: Uuid,
        bot_id: Uuid,
        tool_id: Option<Uuid>,
        name: String,
        arguments: Json<Value>,
        state: String,
        result: Option<String>,
        status: Option<i64>,
        took_ms: Option<i64>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    UnansweredRow by id {
        id: Uuid,
        bot_id: Uuid,
        conversation_id: Uuid,
        message_id: Option<Uuid>,
        question: String,
        language: Option<String>,
        reason: String,
        detail: Option<String>,
        #[serde(serialize_with = "at")]
        asked_at: Millis,
        resolution: Option<String>,
        #[serde(serialize_with = "maybe_at")]
        resolved_at: Option<Millis>,
    }
    MediaRow by id {
        id: Uuid,
        origin: String,
        kind: String,
        state: String,
        number_id: Option<Uuid>,
        message_id: Option<Uuid>,
        person_id: Option<Uuid>,
        mime_type: Option<String>,
        file_name: Option<String>,
        size: Option<i64>,
        sha256: Option<String>,
        problem: Option<String>,
        #[serde(serialize_with = "at")]
        created_at: Millis,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    TemplateRow by account_id, template_id {
        account_id: Uuid,
        template_id: String,
        name: String,
        language: String,
        category: Option<String>,
        status: String,
        reason: Option<String>,
        components: Json<Value>,
        #[serde(serialize_with = "at")]
        updated_at: Millis,
    }
    LeftoverRow by id {
        id: Uuid,
        concerns: Option<String>,
        reason: String,
        detail: String,
        #[serde(serialize_with = "text")]
        body: Vec<u8>,
        #[serde(serialize_with = "at")]
        received_at: Millis,
        #[serde(serialize_with = "maybe_at")]
        replayed_at: Option<Millis>,
    }
    VisitRow by id {
        id: Uuid,
        person_name: String,
        role: String,
        reason: String,
        #[serde(serialize_with = "at")]
        started_at: Millis,
        #[serde(serialize_with = "maybe_at")]
        ended_at: Option<Millis>,
    }
    AuditRow by id {
        id: Uuid,
        #[serde(serialize_with = "at")]
        at: Millis,
        actor: String,
        actor_id: Option<Uuid>,
        action: String,
        target: Option<String>,
        detail: Json<Value>,
    }
}

statements! {
    TENANT = "SELECT id, name, auto_handback_ms, time_zone, read_receipts, created_at FROM tenant WHERE id = $1 AND id > $2 ORDER BY id LIMIT $3";
    PEOPLE = "SELECT m.person_id AS id, p.name, p.email, m.role, p.language, m.created_at
        FROM membership AS m JOIN person AS p ON p.id = m.person_id
        WHERE m.tenant_id = $1 AND m.person_id > $2 ORDER BY m.person_id LIMIT $3";
    INVITATIONS = "SELECT id, email, role, language, invited_by, created_at, expires_at, sent_at, accepted_at, revoked_at
        FROM invitation WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    API_KEYS = "SELECT id, name, hint, role, permissions, created_by, created_at, last_used_at, revoked_at
        FROM api_key WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    MODELS = "SELECT id, position, base_url, answering, embedding, transcription, translation, prompt_price, completion_price,
          minute_price, created_at, updated_at
        FROM model_server WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    BOTS = "SELECT id, name, enabled, instructions, language, reply_delay_ms, max_wait_ms, model, handoff_message,
          tone, hours, hands_over_when_closed, closed_message, answers_per_customer, answers_per_day, handoff_keywords,
          handoff_confidence, handoff_repeats, hands_over_when_angry, tokens_per_day, cost_per_day, abilities, sees_pictures,
          greeting, handoff_labels, created_at, updated_at
        FROM bot WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    KNOWLEDGE = "SELECT id, bot_id, kind, title, content, source, parent_id, problem, read_at, changed_at, version, actor,
          actor_id, created_at, updated_at
        FROM knowledge WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    // A number as text that is in its order.
    KNOWLEDGE_VERSIONS = {
        sqlite: "SELECT item_id, number, title, content, actor, actor_id, written_at FROM (
                   SELECT item_id, printf('%019d', number) AS number, title, content, actor, actor_id, written_at
                   FROM knowledge_version WHERE tenant_id = $1 AND item_id >= $2
                 ) WHERE (item_id, number) > ($2, $4) ORDER BY item_id, number LIMIT $3",
        postgres: "SELECT item_id, number, title, content, actor, actor_id, written_at FROM (
                   SELECT item_id, lpad(number::text, 19, '0') AS number, title, content, actor, actor_id, written_at
                   FROM knowledge_version WHERE tenant_id = $1 AND item_id >= $2
                 ) AS v WHERE (item_id, number) > ($2, $4) ORDER BY item_id, number LIMIT $3",
    };
    BOT_TESTS = "SELECT id, bot_id, name, turns, expected, created_at, updated_at
        FROM bot_test WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    ACCOUNTS = "SELECT id, waba_id, name, status, business_id, scopes, token_expires_at, created_at, updated_at
        FROM waba WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    NUMBERS = "SELECT id, waba_id AS account_id, phone_number_id, display_phone_number, verified_name, status, quality,
          messaging_limit, coexistence, bot_id, problem, warning, connected_at, created_at, updated_at
        FROM number WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    APP_DATA = "SELECT number_id, kind, state, phase, progress, error, requested_at, updated_at
        FROM app_data_sync WHERE tenant_id = $1 AND (number_id, kind) > ($2, $4) ORDER BY number_id, kind LIMIT $3";
    CONNECTIONS = "SELECT id, person_id, waba_id AS account_id, number_id, created_at
        FROM onboarding WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    CONNECTION_STEPS = "SELECT onboarding_id AS connection_id, step, state, at, attempts, error, meta_code, meta_message
        FROM onboarding_step WHERE tenant_id = $1 AND (onboarding_id, step) > ($2, $4) ORDER BY onboarding_id, step LIMIT $3";
    CONTACTS = "SELECT id, phone, user_id, parent_user_id, username, name, own_name, language, detected_language, fields,
          given_phone, phone_asked_at, created_at, updated_at
        FROM contact WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    CONTACT_FIELDS = "SELECT id, name, kind, choices, created_at, updated_at
        FROM contact_field WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    CONVERSATIONS = "SELECT id, number_id, contact_id, control, control_version, control_reason, control_by, control_at,
          needs_person, state, snoozed_until, send_failed, assignee_id, labels, unread_count, suggestion, last_inbound_at, last_message_at, created_at, updated_at
        FROM conversation WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    LABELS = "SELECT id, name, colour, created_at, updated_at
        FROM label WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    NOTES = "SELECT id, conversation_id, person_id, text, mentions, created_at, edited_at
        FROM note WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    CANNED_REPLIES = "SELECT id, shortcut, title, text, created_at, updated_at
        FROM canned_reply WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    SAVED_FILTERS = "SELECT id, person_id, name, filter, created_at, updated_at
        FROM saved_filter WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    MESSAGES = "SELECT id, conversation_id, number_id, seq, direction, author, person_id, type, text, payload, status,
          wamid, reply_to, error, customer_reaction, own_reaction, media_id, edited_at, revoked_at, created_at, updated_at
        FROM message WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    // A place as text that is in the order of its number.
    PASSAGES = {
        sqlite: "SELECT message_id, position, item_id, title, text FROM (
                   SELECT tenant_id, message_id, printf('%09d', position) AS position, item_id, title, text FROM message_passage
                   WHERE tenant_id = $1 AND message_id >= $2
                 ) WHERE (message_id, position) > ($2, $4) ORDER BY message_id, position LIMIT $3",
        postgres: "SELECT message_id, position, item_id, title, text FROM (
                   SELECT message_id, lpad(position::text, 9, '0') AS position, item_id, title, text FROM message_passage
                   WHERE tenant_id = $1 AND message_id >= $2
                 ) AS p WHERE (message_id, position) > ($2, $4) ORDER BY message_id, position LIMIT $3",
    };
    TRANSCRIPTS = "SELECT message_id, state, text, language, model, problem, created_at, updated_at
        FROM transcript WHERE tenant_id = $1 AND message_id > $2 ORDER BY message_id LIMIT $3";
    TRANSLATIONS = "SELECT message_id, language, text, translator, is_original, created_at
        FROM translation WHERE tenant_id = $1 AND (message_id, language) > ($2, $4) ORDER BY message_id, language LIMIT $3";
    TURNS = "SELECT id, bot_id, number_id, outcome, prompt_tokens, completion_tokens, cost_micros, message_id
        FROM turn WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    TOOLS = "SELECT id, bot_id, name, enabled, url, definition, header_names, created_at, updated_at
        FROM tool WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    TOOL_CALLS = "SELECT id, conversation_id, bot_id, tool_id, name, arguments, state, result, status, took_ms, created_at,
          updated_at
        FROM tool_call WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    UNANSWERED = "SELECT id, bot_id, conversation_id, message_id, question, language, reason, detail, asked_at, resolution,
          resolved_at
        FROM unanswered WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    MEDIA = "SELECT id, origin, kind, state, number_id, message_id, person_id, mime_type, file_name, size, sha256, problem,
          created_at, updated_at
        FROM media WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    TEMPLATES = "SELECT waba_id AS account_id, template_id, name, language, category, status, reason, components, updated_at
        FROM template WHERE tenant_id = $1 AND (waba_id, template_id) > ($2, $4) ORDER BY waba_id, template_id LIMIT $3";
    LEFTOVERS = "SELECT id, concerns, reason, detail, body, received_at, replayed_at
        FROM webhook_leftover WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    VISITS = "SELECT id, person_name, role, reason, started_at, ended_at
        FROM impersonation WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    AUDIT = "SELECT id, at, actor, actor_id, action, target, detail
        FROM audit WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    COUNT = "SELECT 1 + (SELECT count(*) FROM membership WHERE tenant_id = $1)
          + (SELECT count(*) FROM invitation WHERE tenant_id = $1)
          + (SELECT count(*) FROM api_key WHERE tenant_id = $1)
          + (SELECT count(*) FROM model_server WHERE tenant_id = $1)
          + (SELECT count(*) FROM bot WHERE tenant_id = $1)
          + (SELECT count(*) FROM knowledge WHERE tenant_id = $1)
          + (SELECT count(*) FROM knowledge_version WHERE tenant_id = $1)
          + (SELECT count(*) FROM bot_test WHERE tenant_id = $1)
          + (SELECT count(*) FROM waba WHERE tenant_id = $1)
          + (SELECT count(*) FROM number WHERE tenant_id = $1)
          + (SELECT count(*) FROM app_data_sync WHERE tenant_id = $1)
          + (SELECT count(*) FROM onboarding WHERE tenant_id = $1)
          + (SELECT count(*) FROM onboarding_step WHERE tenant_id = $1)
          + (SELECT count(*) FROM contact WHERE tenant_id = $1)
          + (SELECT count(*) FROM contact_field WHERE tenant_id = $1)
          + (SELECT count(*) FROM conversation WHERE tenant_id = $1)
          + (SELECT count(*) FROM label WHERE tenant_id = $1)
          + (SELECT count(*) FROM note WHERE tenant_id = $1)
          + (SELECT count(*) FROM canned_reply WHERE tenant_id = $1)
          + (SELECT count(*) FROM saved_filter WHERE tenant_id = $1)
          + (SELECT count(*) FROM message WHERE tenant_id = $1)
          + (SELECT count(*) FROM message_passage WHERE tenant_id = $1)
          + (SELECT count(*) FROM transcript WHERE tenant_id = $1)
          + (SELECT count(*) FROM translation WHERE tenant_id = $1)
          + (SELECT count(*) FROM turn WHERE tenant_id = $1)
          + (SELECT count(*) FROM tool WHERE tenant_id = $1)
          + (SELECT count(*) FROM tool_call WHERE tenant_id = $1)
          + (SELECT count(*) FROM unanswered WHERE tenant_id = $1)
          + (SELECT count(*) FROM media WHERE tenant_id = $1)
          + (SELECT count(*) FROM template WHERE tenant_id = $1)
          + (SELECT count(*) FROM webhook_leftover WHERE tenant_id = $1)
          + (SELECT count(*) FROM impersonation WHERE tenant_id = $1)
          + (SELECT count(*) FROM audit WHERE tenant_id = $1)";
}

/// How many rows an archive would hold now.
pub async fn count(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64> {
    let (count,) = fetch!(one, conn, COUNT => (i64,); tenant)?;
    Ok(count)
}

/// A page of a kind, in the order of the rows' ids.
pub async fn page(conn: &mut Conn<'_>, tenant: TenantId, kind: ExportKind, after: &Place, limit: i64) -> Result<Lines> {
    let (id, part) = (after.id, after.part.as_str());
    match kind {
        ExportKind::Tenant => lines(&fetch!(all, conn, TENANT => TenantRow; tenant, id, limit)?, limit),
        ExportKind::People => lines(&fetch!(all, conn, PEOPLE => PersonRow; tenant, id, limit)?, limit),
        ExportKind::Invitations => lines(&fetch!(all, conn, INVITATIONS => InvitationRow; tenant, id, limit)?, limit),
        ExportKind::ApiKeys => lines(&fetch!(all, conn, API_KEYS => ApiKeyRow; tenant, id, limit)?, limit),
        ExportKind::Models => lines(&fetch!(all, conn, MODELS => ModelServerRow; tenant, id, limit)?, limit),
        ExportKind::Bots => lines(&fetch!(all, conn, BOTS => BotRow; tenant, id, limit)?, limit),
        ExportKind::Knowledge => lines(&fetch!(all, conn, KNOWLEDGE => KnowledgeRow; tenant, id, limit)?, limit),
        ExportKind::KnowledgeVersions => {
            lines(&fetch!(all, conn, KNOWLEDGE_VERSIONS => KnowledgeVersionRow; tenant, id, limit, part)?, limit)
        }
        ExportKind::BotTests => lines(&fetch!(all, conn, BOT_TESTS => BotTestRow; tenant, id, limit)?, limit),
        ExportKind::Accounts => lines(&fetch!(all, conn, ACCOUNTS => AccountRow; tenant, id, limit)?, limit),
        ExportKind::Numbers => lines(&fetch!(all, conn, NUMBERS => NumberRow; tenant, id, limit)?, limit),
        ExportKind::AppData => lines(&fetch!(all, conn, APP_DATA => AppDataRow; tenant, id, limit, part)?, limit),
        ExportKind::Connections => lines(&fetch!(all, conn, CONNECTIONS => ConnectionRow; tenant, id, limit)?, limit),
        ExportKind::ConnectionSteps => {
            lines(&fetch!(all, conn, CONNECTION_STEPS => ConnectionStepRow; tenant, id, limit, part)?, limit)
        }
        ExportKind::Contacts => lines(&fetch!(all, conn, CONTACTS => ContactRow; tenant, id, limit)?, limit),
        ExportKind::ContactFields => {
            lines(&fetch!(all, conn, CONTACT_FIELDS => ContactFieldRow; tenant, id, limit)?, limit)
        }
        ExportKind::Conversations => {
            lines(&fetch!(all, conn, CONVERSATIONS => ConversationRow; tenant, id, limit)?, limit)
        }
        ExportKind::Labels => lines(&fetch!(all, conn, LABELS => LabelRow; tenant, id, limit)?, limit),
        ExportKind::Notes => lines(&fetch!(all, conn, NOTES => NoteRow; tenant, id, limit)?, limit),
        ExportKind::CannedReplies => {
            lines(&fetch!(all, conn, CANNED_REPLIES => CannedReplyRow; tenant, id, limit)?, limit)
        }
        ExportKind::SavedFilters => {
            lines(&fetch!(all, conn, SAVED_FILTERS => SavedFilterRow; tenant, id, limit)?, limit)
        }
        ExportKind::Messages => lines(&fetch!(all, conn, MESSAGES => MessageRow; tenant, id, limit)?, limit),
        ExportKind::Passages => lines(&fetch!(all, conn, PASSAGES => PassageRow; tenant, id, limit, part)?, limit),
        ExportKind::Transcripts => lines(&fetch!(all, conn, TRANSCRIPTS => TranscriptRow; tenant, id, limit)?, limit),
        ExportKind::Translations => {
            lines(&fetch!(all, conn, TRANSLATIONS => TranslationRow; tenant, id, limit, part)?, limit)
        }
        ExportKind::Turns => lines(&fetch!(all, conn, TURNS => TurnRow; tenant, id, limit)?, limit),
        ExportKind::Tools => lines(&fetch!(all, conn, TOOLS => ToolRow; tenant, id, limit)?, limit),
        ExportKind::ToolCalls => lines(&fetch!(all, conn, TOOL_CALLS => ToolCallRow; tenant, id, limit)?, limit),
        ExportKind::Unanswered => lines(&fetch!(all, conn, UNANSWERED => UnansweredRow; tenant, id, limit)?, limit),
        ExportKind::Media => lines(&fetch!(all, conn, MEDIA => MediaRow; tenant, id, limit)?, limit),
        ExportKind::Templates => lines(&fetch!(all, conn, TEMPLATES => TemplateRow; tenant, id, limit, part)?, limit),
        ExportKind::Leftovers => lines(&fetch!(all, conn, LEFTOVERS => LeftoverRow; tenant, id, limit)?, limit),
        ExportKind::Visits => lines(&fetch!(all, conn, VISITS => VisitRow; tenant, id, limit)?, limit),
        ExportKind::Audit => lines(&fetch!(all, conn, AUDIT => AuditRow; tenant, id, limit)?, limit),
    }
}

fn lines<R: Exported>(rows: &[R], limit: i64) -> Result<Lines> {
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let next = rows.last().filter(|_| count >= limit).map(R::place);
    let mut text = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut text, row).map_err(Error::Unwritable)?;
        text.push(b'\n');
    }
    Ok(Lines { text, rows: count, next })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn at<S: Serializer>(at: &Millis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339())
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn maybe_at<S: Serializer>(at: &Option<Millis>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(Millis::to_rfc3339).serialize(serializer)
}

fn text<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(bytes))
}
