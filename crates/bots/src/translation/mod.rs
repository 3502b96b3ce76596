//! What messages say in other languages, for the people who read and answer them.
//!
//! A message is translated when somebody asks for it, once for each language: what a translator said is kept with the
//! message. Nothing waits for a translation: messages arrive and leave as they are.

pub(crate) mod asking;
mod libre;
mod translator;
mod under_way;

use switchboard_store::{
    Conn, Db, Direction, Error as StoreError, Millis, Purpose, Scope, SharedClock, TenantId, contact, conversation,
    message::{self, Message},
    transcript,
    translation::{self, Translation},
};
use uuid::Uuid;

pub use libre::{LibreTranslate, LibreTranslateError};
pub use translator::{Translator, TranslatorError};

use self::under_way::UnderWay;
use crate::{
    language::{self, Language},
    models::Models,
};

/// In characters: what a model still translates whole.
pub const LONGEST: usize = 6_000;
/// So many messages tell in which language a customer writes.
const HEARD: i64 = 20;

/// Why there is no translation.
#[derive(Debug, thiserror::Error)]
pub enum TranslationError {
    #[error("there is no such message")]
    NotFound,
    /// Neither a model nor a server that translates.
    #[error("nothing is set up that translates")]
    NotSetUp,
    /// What the tenant allows models to use on a day.
    #[error("models have used what the business allows for today")]
    Spent,
    #[error("the text has more than {LONGEST} characters")]
    TooLong,
    #[error(transparent)]
    Translator(#[from] TranslatorError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is to be translated.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wanted {
    pub tenant: TenantId,
    pub conversation: Uuid,
    pub message: Uuid,
    pub language: Language,
}

/// What somebody is about to send, in the customer's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub text: String,
    /// What it was in; `None`: it cannot be told.
    pub from: Option<Language>,
    /// `None`: it was in that language already.
    pub translator: Option<String>,
}

/// Translates. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Translations {
    db: Db,
    clock: SharedClock,
    models: Models,
    /// Translates in the models' place.
    server: Option<LibreTranslate>,
    under_way: UnderWay,
}

/// What there is to do about a message.
enum Found {
    Translated(Translation),
    /// It says nothing, or says it in that language already.
    Needless,
    Untranslated(Source),
}

struct Source {
    text: String,
    /// `None`: it cannot be told.
    language: Option<Language>,
    edited_at: Option<Millis>,
}

impl Translations {
    pub fn new(db: Db, clock: SharedClock, models: Models, server: Option<LibreTranslate>) -> Self {
        Self { db, clock, models, server, under_way: UnderWay::default() }
    }

    /// Whether there is something that translates for a tenant.
    pub async fn can_translate(&self, tenant: TenantId) -> Result<bool, StoreError> {
        Ok(self.translator(tenant).await?.is_some())
    }

    /// Who translates for a tenant.
    async fn translator(&self, tenant: TenantId) -> Result<Option<Translator>, StoreError> {
        if let Some(server) = &self.server {
            return Ok(Some(Translator::Server(server.clone())));
        }
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let models = self.models.of_tenant(&mut tx.conn(), tenant).await?;
        Ok(models.filter(|models| models.name(Purpose::Translation).is_some()).map(Translator::Models))
    }

    /// Who translates for a tenant, at once.
    async fn ready(&self, tenant: TenantId) -> Result<Translator, TranslationError> {
        let translator = self.translator(tenant).await?.ok_or(TranslationError::NotSetUp)?;
        if let Translator::Models(models) = &translator {
            let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
            if models.is_spent(&mut tx.conn(), None).await? {
                return Err(TranslationError::Spent);
            }
        }
        Ok(translator)
    }

    /// What a message says in a language; `None`: it says it in that language, or says nothing.
    pub async fn of_message(&self, wanted: Wanted) -> Result<Option<Translation>, TranslationError> {
        // Two who look at the same message ask once: the second finds what the first was told.
        let _turn = self.under_way.wait_for(&wanted).await;
        let source = match self.find(&wanted).await? {
            Found::Translated(known) => return Ok(Some(known)),
            Found::Needless => return Ok(None),
            Found::Untranslated(source) => source,
        };
        let translator = self.ready(wanted.tenant).await?;
        check_length(&source.text)?;
        let said = translator.translate(&source.text, source.language.as_ref(), &wanted.language).await?;
        let now = self.clock.now();
        let translation = Translation {
            tenant_id: wanted.tenant,
            message_id: wanted.message,
            language: wanted.language.code().to_owned(),
            text: said.text,
            translator: Some(said.translator),
            is_original: false,
            edited_at: source.edited_at,
            created_at: now,
        };
        let mut tx = self.db.write(Scope::Tenant(wanted.tenant)).await?;
        translation::put(&mut tx.conn(), &translation).await?;
        tx.commit().await?;
        Ok(Some(translation))
    }

    /// What somebody is about to send in a conversation, in another language. Nothing is sent.
    pub async fn of_draft(
        &self,
        tenant: TenantId,
        conversation: Uuid,
        text: &str,
        to: &Language,
    ) -> Result<Draft, TranslationError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        conversation::get(&mut tx.conn(), tenant, conversation).await?.ok_or(TranslationError::NotFound)?;
        drop(tx);
        let from = language::detect(text);
        if from.as_ref() == Some(to) || !says_something(text) {
            return Ok(Draft { text: text.to_owned(), from, translator: None });
        }
        let translator = self.ready(tenant).await?;
        check_length(text)?;
        let said = translator.translate(text, from.as_ref(), to).await?;
        Ok(Draft { text: said.text, from, translator: Some(said.translator) })
    }

    async fn find(&self, wanted: &Wanted) -> Result<Found, TranslationError> {
        let mut tx = self.db.read(Scope::Tenant(wanted.tenant)).await?;
        let conn = &mut tx.conn();
        let message = message::get(conn, wanted.tenant, wanted.conversation, wanted.message).await?;
        let message = message.ok_or(TranslationError::NotFound)?;
        let transcript = transcript::get(conn, wanted.tenant, message.id).await?.and_then(|it| it.text);
        let Some(text) = text_of(&message, transcript.as_ref()) else { return Ok(Found::Needless) };
        let known = translation::get(conn, wanted.tenant, message.id, wanted.language.code()).await?;
        if let Some(known) = known.filter(|known| is_of(known, &message)) {
            return Ok(Found::Translated(known));
        }
        let language = match message.direction {
            Direction::Inbound => {
                let known = customer_language(conn, &message).await?;
                language::detect_knowing(&text, known.as_ref()).or(known)
            }
            Direction::Outbound => language::detect(&text),
        };
        if language.as_ref() == Some(&wanted.language) {
            return Ok(Found::Needless);
        }
        Ok(Found::Untranslated(Source { text, language, edited_at: message.edited_at }))
    }
}

/// Whether a translation is of what the message says now.
pub fn is_of(translation: &Translation, message: &Message) -> bool {
    translation.is_original || translation.edited_at == message.edited_at
}

/// What of a message can be translated.
fn text_of(message: &Message, transcript: Option<&String>) -> Option<String> {
    let is_speech = !matches!(message.kind.as_str(), "location" | "contacts" | "reaction" | "system");
    let text = message.text.as_ref().or(transcript).filter(|_| is_speech && message.revoked_at.is_none());
    text.filter(|text| says_something(text)).cloned()
}

/// Numbers, times and emoji are the same in every language.
fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

fn check_length(text: &str) -> Result<(), TranslationError> {
    if text.chars().count() > LONGEST { Err(TranslationError::TooLong) } else { Ok(()) }
}

/// In which language the customer of a message writes: as the team has noted, else as their last messages tell, else
/// as earlier ones did.
async fn customer_language(conn: &mut Conn<'_>, message: &Message) -> Result<Option<Language>, StoreError> {
    let tenant = message.tenant_id;
    let Some(found) = conversation::get(conn, tenant, message.conversation_id).await? else { return Ok(None) };
    let contact = contact::get(conn, tenant, found.conversation.contact_id).await?;
    let (noted, detected) = contact.map(|contact| (contact.language, contact.detected_language)).unwrap_or_default();
    if let Some(noted) = noted {
        return Ok(Some(Language::from_code(&noted)));
    }
    let heard = message::before(conn, tenant, message.conversation_id, None, HEARD).await?;
    let by_customer = heard.iter().rev().filter(|message| message.direction == Direction::Inbound);
    let words = by_customer.filter_map(language::in_words);
    Ok(language::spoken(words, detected.as_deref().map(Language::from_code)))
}
