//! What keeps a message from being sent or translated, as problems.

use actix_web::http::StatusCode;
use switchboard_bots::translation::{TranslationError, TranslatorError};
use switchboard_inbox::{InvalidField, organising::OrganisingError, send::SendError, transcripts::AskError};
use switchboard_store::Error as StoreError;

use crate::http::{FieldError, Problem};

/// 422: WhatsApp would refuse the message for this.
pub(super) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Problem {
    let error = FieldError { field: field.into(), message: message.into() };
    let mut problem = Problem::unprocessable("invalid_message", format!("{} {}", error.field, error.message));
    problem.errors = Some(vec![error]);
    problem
}

impl From<InvalidField> for Problem {
    fn from(error: InvalidField) -> Self {
        Self::invalid(error.field, error.message)
    }
}

impl From<OrganisingError> for Problem {
    fn from(error: OrganisingError) -> Self {
        match error {
            OrganisingError::Invalid(error) => error.into(),
            OrganisingError::Store(error) => error.into(),
        }
    }
}

impl From<SendError> for Problem {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotFound => Self::not_found(),
            SendError::WindowClosed { closed_at } => {
                let when = closed_at.map(switchboard_store::Millis::to_rfc3339);
                let since = when
                    .as_ref()
                    .map_or("the customer has never written".to_owned(), |at| format!("it closed at {at}"));
                let mut problem = Self::unprocessable(
                    "window_closed",
                    format!(
                        "The service window is closed: {since}. A template can be sent; anything can once the customer writes."
                    ),
                );
                problem.closed_at = when.map(Into::into);
                problem
            }
            SendError::Invalid(error) => {
                let told = error.to_string();
                invalid(error.field, told.strip_prefix(error.field).unwrap_or(&told).trim_start())
            }
            SendError::MediaUnknown | SendError::MediaKind(_) => invalid("media.id", error.to_string()),
            SendError::TemplateStatus(_) => invalid("template", error.to_string()),
            SendError::TemplateParameters(ref told) => invalid("components", told.as_str()),
            SendError::NumberDisconnected => Self::conflict("number_disconnected", error.to_string()),
            // The key came twice at once, for two conversations: the second met the index that keeps keys apart.
            SendError::KeyReused | SendError::Store(StoreError::Duplicate { .. }) => {
                Self::conflict("idempotency_key_reused", SendError::KeyReused.to_string())
            }
            SendError::Store(error) => error.into(),
        }
    }
}

impl From<TranslationError> for Problem {
    fn from(error: TranslationError) -> Self {
        match error {
            TranslationError::NotFound => Self::not_found(),
            TranslationError::NotSetUp => Self::conflict("translation_not_set_up", error.to_string()),
            TranslationError::Spent => Self::conflict("budget_used_up", error.to_string()),
            TranslationError::TooLong => Self::unprocessable("too_long_to_translate", error.to_string()),
            TranslationError::Translator(error) => error.into(),
            TranslationError::Store(error) => error.into(),
        }
    }
}

impl From<TranslatorError> for Problem {
    fn from(error: TranslatorError) -> Self {
        let detail = error.to_string();
        let title = "It could not be translated";
        let problem = match error {
            TranslatorError::Unavailable { retry_after } => {
                let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "translator_unavailable", title);
                retry_after.map_or(problem.clone(), |wait| problem.retry_after(wait))
            }
            TranslatorError::Refused { .. } => Self::new(StatusCode::BAD_GATEWAY, "translator_refused", title),
            TranslatorError::Unusable(_) => Self::new(StatusCode::BAD_GATEWAY, "translation_unusable", title),
        };
        problem.detail(detail)
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        match error {
            AskError::NotFound => Self::not_found(),
            AskError::NoVoice => Self::conflict("no_voice", error.to_string()),
            AskError::UnderWay => Self::conflict("transcript_under_way", error.to_string()),
            AskError::Store(error) => error.into(),
        }
    }
}
