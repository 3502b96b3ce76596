use serde::Deserialize;
use switchboard_store::audit::Filter;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::http::{Problem, body::time};

/// Which entries. What is left out does not matter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FilterQuery {
    /// The person or the key that did it
    actor_id: Option<Uuid>,
    /// `subject.verb` such as `api_key.created`, or `subject` for all that was done to such
    action: Option<String>,
    /// RFC 3339: not before
    from: Option<String>,
    /// RFC 3339: before
    to: Option<String>,
}

impl FilterQuery {
    pub(super) fn filter(&self) -> Result<Filter, Problem> {
        let is_word = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
        if self.action.as_ref().is_some_and(|action| action.is_empty() || !action.chars().all(is_word)) {
            return Err(Problem::invalid("action", "is no action"));
        }
        let (from, to) = (time("from", self.from.as_deref())?, time("to", self.to.as_deref())?);
        Ok(Filter { actor_id: self.actor_id, action: self.action.clone(), from, to })
    }
}
