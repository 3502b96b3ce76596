//! What keeps knowledge from being changed, as problems.

use switchboard_bots::knowledge::KnowledgeError;

use crate::http::Problem;

impl From<KnowledgeError> for Problem {
    fn from(error: KnowledgeError) -> Self {
        match error {
            KnowledgeError::NotFound => Self::not_found(),
            KnowledgeError::Invalid(error) => error.into(),
            KnowledgeError::Full => Self::conflict("knowledge_full", error.to_string()),
            KnowledgeError::Known => Self::conflict("known_already", error.to_string()),
            KnowledgeError::NoPage => Self::conflict("no_page", error.to_string()),
            KnowledgeError::Changed => Self::conflict("knowledge_changed", error.to_string()),
            KnowledgeError::FromTheWeb => Self::conflict("from_the_web", error.to_string()),
            KnowledgeError::Store(error) => error.into(),
        }
    }
}
