//! Rust types that read and write the same on both engines.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Milliseconds since the Unix epoch: `INTEGER` on SQLite, `BIGINT` on PostgreSQL.
///
/// Not a date-time type: sqlx writes those to SQLite as text whose fraction has a varying width, so that text order is
/// not time order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, sqlx::Type, Serialize, Deserialize)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// RFC 3339 in UTC, always with three digits of milliseconds, as the API writes times: text order is time order.
    pub fn to_rfc3339(self) -> String {
        use time::{OffsetDateTime, macros::format_description};
        let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|at| at.format(&format).ok())
            .unwrap_or_else(|| self.0.to_string())
    }

    /// From RFC 3339 with any offset; parts of a millisecond are cut off.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        use time::{OffsetDateTime, format_description::well_known::Rfc3339};
        let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok().map(Self)
    }

    #[must_use]
    pub fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl std::ops::Add<Duration> for Millis {
    type Output = Self;
    fn add(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Millis {
    type Output = Self;
    fn sub(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// Whose data a statement may touch. A type of its own, so that no other id can be passed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, Serialize, Deserialize)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct TenantId(pub Uuid);

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A `Uuid` as the set-based statements read it from JSON: 32 hexadecimal digits, which both `unhex` and a `uuid` column take.
pub(crate) fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// A word of a [`text_enum!`]; another is an error of the row that holds it.
fn known<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, sqlx::error::BoxDynError> {
    parse(text).ok_or_else(|| format!("unknown {} {text:?}", std::any::type_name::<T>()).into())
}

/// A newtype that is on `SQLite` what its field is; sqlx's `transparent` says the same for `PostgreSQL`.
macro_rules! transparent {
    ($($name:ident),+) => {
        $(
            impl rusqlite::ToSql for $name {
                fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> { self.0.to_sql() }
            }

            impl rusqlite::types::FromSql for $name {
                fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                    rusqlite::types::FromSql::column_result(value).map(Self)
                }
            }
        )+
    };
}
transparent!(Millis, TenantId);

/// A value as JSON: `TEXT` on `SQLite`, `JSONB` on `PostgreSQL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> std::ops::Deref for Json<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> sqlx::Type<sqlx::Postgres> for Json<T> {
    fn type_info() -> sqlx::postgres::PgTypeInfo {
        <sqlx::types::Json<T> as sqlx::Type<sqlx::Postgres>>::type_info()
    }
    fn compatible(ty: &sqlx::postgres::PgTypeInfo) -> bool {
        <sqlx::types::Json<T> as sqlx::Type<sqlx::Postgres>>::compatible(ty)
    }
}

impl<T: Serialize> sqlx::Encode<'_, sqlx::Postgres> for Json<T> {
    fn encode_by_ref(
        &self,
        buf: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        sqlx::types::Json(&self.0).encode_by_ref(buf)
    }
}

impl<'r, T: Deserialize<'r> + 'r> sqlx::Decode<'r, sqlx::Postgres> for Json<T> {
    fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
        <sqlx::types::Json<T> as sqlx::Decode<sqlx::Postgres>>::decode(value).map(|json| Self(json.0))
    }
}

impl<T: Serialize> rusqlite::ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        let text =
            serde_json::to_string(&self.0).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(text.into())
    }
}

impl<T: serde::de::DeserializeOwned> rusqlite::types::FromSql for Json<T> {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(|error| rusqlite::types::FromSqlError::Other(error.into()))
    }
}

/// An enum stored as `TEXT` under a `CHECK`, and written the same in JSON.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo { <str as sqlx::Type<sqlx::Postgres>>::type_info() }
            fn compatible(ty: &sqlx::postgres::PgTypeInfo) -> bool { <str as sqlx::Type<sqlx::Postgres>>::compatible(ty) }
        }

        impl sqlx::Encode<'_, sqlx::Postgres> for $name {
            fn encode_by_ref(
                &self,
                buf: &mut sqlx::postgres::PgArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <&str as sqlx::Encode<sqlx::Postgres>>::encode_by_ref(&self.as_str(), buf)
            }
        }

        impl sqlx::Decode<'_, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'_>) -> Result<Self, sqlx::error::BoxDynError> {
                $crate::types::known(<&str as sqlx::Decode<sqlx::Postgres>>::decode(value)?, Self::parse)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> { Ok(self.as_str().into()) }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                $crate::types::known(value.as_str()?, Self::parse).map_err(rusqlite::types::FromSqlError::Other)
            }
        }
    };
}

text_enum! {
    /// What a person may do inside a tenant, strongest first.
    pub enum Role { Owner = "owner", Admin = "admin", Operator = "operator", Viewer = "viewer" }
}

text_enum! {
    pub enum TenantStatus { Active = "active", Suspended = "suspended", Deleting = "deleting" }
}

text_enum! {
    /// Where an archive of all that a tenant has stands.
    pub enum ExportState { Queued = "queued", Running = "running", Ready = "ready", Failed = "failed" }
}

text_enum! {
    /// How far a run of a bot's tests is, or a replay.
    pub enum TestRunState { Queued = "queued", Running = "running", Done = "done" }
}

text_enum! {
    /// What a model is asked for.
    pub enum Purpose {
        Answering = "answering",
        /// Vectors of texts, to find what is alike.
        Embedding = "embedding",
        /// What is said in a voice message.
        Transcription = "transcription",
        Translation = "translation",
    }
}

text_enum! {
    /// What every bot can be allowed to do besides answering.
    pub enum Ability {
        /// Put one of the business's labels on a conversation.
        SetLabel = "set_label",
        /// Write down what a customer says of themselves in one of the business's fields.
        SetContactField = "set_contact_field",
        /// Ask a customer for their phone number.
        AskPhone = "ask_phone",
    }
}

text_enum! {
    /// What became of a call of a tool.
    pub enum ToolCallState {
        /// The customer is asked whether it may be made.
        Waiting = "waiting",
        Running = "running",
        Done = "done",
        Failed = "failed",
        /// The customer did not agree.
        Declined = "declined",
        /// It was begun, and nobody knows what became of it.
        Unknown = "unknown",
    }
}

text_enum! {
    /// What came of a test of a bot.
    pub enum TestOutcome {
        Passed = "passed",
        Failed = "failed",
        /// The model gave no answer, so that nothing is known.
        Error = "error",
    }
}

text_enum! {
    /// What a bot would do today about what a customer said once, against what was done then.
    pub enum ReplayOutcome {
        /// It would answer in the same words, or call people where people answered.
        Same = "same",
        Differs = "differs",
        /// People answered.
        NowAnswered = "now_answered",
        /// A bot answered.
        NowHandedOver = "now_handed_over",
        /// The model gave no answer, so that nothing is known.
        Error = "error",
    }
}

text_enum! {
    /// In which people read Switchboard and its mails.
    pub enum Language { English = "en", Turkish = "tr", Arabic = "ar" }
}

text_enum! {
    /// What a mail is about.
    pub enum MailKind {
        VerifyEmail = "verify_email",
        ResetPassword = "reset_password",
        PasswordChanged = "password_changed",
        Invitation = "invitation",
    }
}

text_enum! {
    /// What a person's single-use token is for.
    pub enum TokenPurpose {
        VerifyEmail = "verify_email",
        ResetPassword = "reset_password",
        /// The password was right; the code of the authenticator app is to follow.
        SecondFactor = "second_factor",
    }
}

text_enum! {
    /// Who did what the audit log tells of.
    pub enum Actor { Person = "person", ApiKey = "api_key", System = "system" }
}

text_enum! {
    /// Who speaks in a conversation.
    pub enum Control { Ai = "ai", Human = "human" }
}

text_enum! {
    /// Whether a conversation is to be worked on.
    pub enum ConversationState {
        Open = "open",
        /// Until a time, or until the customer writes.
        Snoozed = "snoozed",
        /// Done with, until the customer writes.
        Resolved = "resolved",
    }
}

text_enum! {
    /// What a field of contacts holds.
    pub enum FieldKind {
        Text = "text",
        Number = "number",
        /// A day: `2026-11-26`.
        Date = "date",
        /// One of several words.
        Choice = "choice",
    }
}

text_enum! {
    /// What a label may look like. The colours of AI and people are not among them.
    pub enum LabelColour {
        Grey = "grey",
        Red = "red",
        Yellow = "yellow",
        Green = "green",
        Teal = "teal",
        Blue = "blue",
        Pink = "pink",
        Brown = "brown",
    }
}

text_enum! {
    pub enum Direction { Inbound = "inbound", Outbound = "outbound" }
}

text_enum! {
    pub enum Author {
        Customer = "customer",
        Ai = "ai",
        Operator = "operator",
        /// Typed in the WhatsApp Business app on the phone.
        Phone = "phone",
        Api = "api",
        System = "system",
    }
}

text_enum! {
    /// Where a message stands. What comes in is `received`; what goes out moves forward only.
    pub enum MessageStatus {
        Received = "received",
        Queued = "queued",
        Sending = "sending",
        /// The call to Meta may or may not have arrived; a status webhook or time will tell.
        Unknown = "unknown",
        Sent = "sent",
        Delivered = "delivered",
        Read = "read",
        Failed = "failed",
        /// Never sent: control changed before it could leave.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// What a turn came to.
    pub enum TurnOutcome {
        Answered = "answered",
        HandedOver = "handed_over",
        /// The model gave no answer, and is asked again.
        Retried = "retried",
        /// A person took over, or more came, while it was thought about.
        Dropped = "dropped",
    }
}

text_enum! {
    /// Why a bot could not answer a question.
    pub enum UnansweredReason {
        /// Its knowledge covers too little, by its own rule.
        Unsure = "unsure",
        /// No stored answer fits, and there is no model.
        NoAnswer = "no_answer",
        /// The model called people, and the knowledge hardly covers the question.
        Model = "model",
    }
}

text_enum! {
    /// What became of a question that a bot could not answer.
    pub enum Resolution { Taught = "taught", Dismissed = "dismissed" }
}

text_enum! {
    /// What customers are shown of what becomes of their messages.
    pub enum ReadReceipts {
        Nothing = "none",
        /// That they were read.
        Read = "read",
        /// And that an answer is being written. Meta shows that only with the other.
        Typing = "typing",
    }
}

text_enum! {
    /// How a bot speaks.
    pub enum Tone { Plain = "plain", Friendly = "friendly", Formal = "formal" }
}

text_enum! {
    pub enum OutboxState { Queued = "queued", Sending = "sending", Unknown = "unknown" }
}

text_enum! {
    /// Which way a file came.
    pub enum MediaOrigin {
        /// With a message, from Meta.
        Received = "received",
        /// From somebody who answers.
        Uploaded = "uploaded",
    }
}

text_enum! {
    /// As which type of message a file is sent or came.
    pub enum MediaKind {
        Image = "image",
        Audio = "audio",
        Video = "video",
        Document = "document",
        Sticker = "sticker",
    }
}

text_enum! {
    pub enum MediaState {
        /// To be fetched from Meta.
        Waiting = "waiting",
        Ready = "ready",
        /// There is no file, and its problem says why.
        Failed = "failed",
        /// The file goes, or is gone.
        Deleted = "deleted",
    }
}

text_enum! {
    /// Why there is no file, or what is odd about it.
    pub enum MediaProblem {
        /// Meta does not have it any more.
        Expired = "expired",
        TooLarge = "too_large",
        /// What came is not what was sent: the digests differ.
        Corrupt = "corrupt",
        /// It was to be fetched from where nothing of Meta's is.
        Refused = "refused",
        /// Meta could not be reached, however often it was tried.
        Unavailable = "unavailable",
        /// The number is not connected.
        NotConnected = "not_connected",
        /// It is something else than was said.
        Mismatch = "mismatch",
    }
}

text_enum! {
    pub enum NumberStatus {
        Pending = "pending",
        Connected = "connected",
        ReauthRequired = "reauth_required",
        Disconnected = "disconnected",
    }
}

text_enum! {
    pub enum WabaStatus { Connected = "connected", ReauthRequired = "reauth_required", Disconnected = "disconnected" }
}

text_enum! {
    /// The seven steps of a connection, in order.
    pub enum Step {
        OauthStarted = "oauth_started",
        OauthCompleted = "oauth_completed",
        TokenObtained = "token_obtained",
        WabaLinked = "waba_linked",
        PhoneVerified = "phone_verified",
        WebhookActive = "webhook_active",
        Ready = "ready",
    }
}

text_enum! {
    pub enum StepState { Pending = "pending", Running = "running", Done = "done", Failed = "failed" }
}

text_enum! {
    /// What is taken over from the WhatsApp Business app.
    pub enum AppData { Contacts = "contacts", History = "history" }
}

text_enum! {
    pub enum SyncState {
        Requesting = "requesting",
        /// Meta has agreed; it comes by webhook.
        Running = "running",
        Done = "done",
        /// The business does not share it.
        Declined = "declined",
        Failed = "failed",
    }
}

text_enum! {
    pub enum KnowledgeKind {
        Qa = "qa",
        Text = "text",
        File = "file",
        Page = "page",
        /// Its pages are items of their own.
        Site = "site",
    }
}

text_enum! {
    /// How often a page or site is read again.
    pub enum CrawlSchedule { Never = "never", Daily = "daily", Weekly = "weekly" }
}

text_enum! {
    pub enum CrawlState {
        /// To be read as soon as may be.
        Waiting = "waiting",
        Reading = "reading",
        /// Until it is due.
        Idle = "idle",
    }
}

text_enum! {
    pub enum TranscriptState { Waiting = "waiting", Ready = "ready", Failed = "failed" }
}

text_enum! {
    /// Why nobody could write down what a voice note says.
    pub enum TranscriptProblem {
        /// Nothing is there that listens.
        NotSetUp = "not_set_up",
        /// The file is not kept any more.
        Gone = "gone",
        TooLarge = "too_large",
        TooLong = "too_long",
        /// Nothing is said.
        Silent = "silent",
        /// Whoever listens does not take it.
        Refused = "refused",
        /// Models have used what the tenant allows for the day.
        Budget = "budget",
        Unavailable = "unavailable",
    }
}

text_enum! {
    /// Why a web page could not be read.
    pub enum PageProblem {
        /// It is not of the public web.
        Address = "address",
        /// The site does not want to be read by programs.
        Robots = "robots",
        Unreachable = "unreachable",
        Timeout = "timeout",
        /// The site answers with an error: there is no such page, or not for us.
        Status = "status",
        TooLarge = "too_large",
        NotText = "not_text",
        Empty = "empty",
        /// A page of a site leads to another site.
        Elsewhere = "elsewhere",
        /// The site has no sitemap that names pages of it.
        NoSitemap = "no_sitemap",
        /// Of what is said to be a sitemap nothing can be understood.
        BadSitemap = "bad_sitemap",
        /// With what it says, the bot would know more than it can.
        Full = "full",
    }
}

text_enum! {
    /// Why an item Meta posted was kept instead of handled.
    pub enum LeftoverReason {
        Malformed = "malformed",
        UnknownField = "unknown_field",
        UnknownType = "unknown_type",
        UnknownNumber = "unknown_number",
        Failed = "failed",
    }
}
