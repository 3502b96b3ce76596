//! What keeps a message from being sent, as problems.

use switchboard_inbox::{InvalidField, organising::OrganisingError, send::SendError};
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
