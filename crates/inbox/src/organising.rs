//! What people do with conversations besides talking: assign, label, snooze, resolve, reopen; one, or many at once.
//!
//! A change says how something is to be, so that the same kind of change undoes it.

use std::collections::HashMap;

use switchboard_store::{
    Conn, ConversationState, Millis, Result as StoreResult, Role, TenantId,
    conversation::{self, Conversation, ConversationKey},
    event, label, membership,
};
use uuid::Uuid;

use crate::{InvalidField, events, rules};

/// Conversations changed at once, at most.
pub const MOST: usize = 200;
/// Conversations that are taken from somebody who leaves in one go.
const BATCH: i64 = 200;

/// Whether a conversation is to be worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Open,
    Snoozed(Millis),
    Resolved,
}

/// How a conversation is to be. What is `None` or empty stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    pub conversation: Uuid,
    pub assignee: Option<Option<Uuid>>,
    pub add_labels: Vec<Uuid>,
    pub remove_labels: Vec<Uuid>,
    pub state: Option<Wanted>,
}

#[derive(Debug, thiserror::Error)]
pub enum OrganisingError {
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
}

/// Makes changes, in the order of the conversations' ids; the conversations that there are. All of them or none.
pub async fn change(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    changes: &[Change],
) -> Result<Vec<Conversation>, OrganisingError> {
    if changes.len() > MOST {
        return Err(InvalidField::new("changes", format!("must be at most {MOST}")).into());
    }
    check(conn, now, tenant_id, changes).await?;
    let mut keys: Vec<_> =
        changes.iter().map(|change| ConversationKey { tenant_id, id: change.conversation }).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut rows: HashMap<_, _> = conversation::lock(conn, &keys).await?.into_iter().map(|row| (row.id, row)).collect();
    for change in changes {
        if let Some(row) = rows.get_mut(&change.conversation) {
            apply(row, change, now);
        }
    }
    let saved: Vec<_> = rows.into_values().collect();
    conversation::save(conn, &saved).await?;
    let is_labelled = |row: &&Conversation| {
        let mut of_row = changes.iter().filter(|change| change.conversation == row.id);
        of_row.any(|change| !change.add_labels.is_empty() || !change.remove_labels.is_empty())
    };
    label::relink(conn, &saved.iter().filter(is_labelled).collect::<Vec<_>>()).await?;
    let told: Vec<_> = saved.iter().map(|row| events::conversation_updated(row, now)).collect();
    event::insert(conn, &told).await?;
    Ok(saved)
}

async fn check(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    changes: &[Change],
) -> Result<(), OrganisingError> {
    if changes.iter().any(|change| !change.add_labels.is_empty()) {
        let known: Vec<_> = label::all(conn, tenant_id).await?.into_iter().map(|label| label.id).collect();
        if changes.iter().flat_map(|change| &change.add_labels).any(|label| !known.contains(label)) {
            return Err(InvalidField::new("add_labels", "must be labels of this business").into());
        }
    }
    let mut assignees: Vec<_> = changes.iter().filter_map(|change| change.assignee.flatten()).collect();
    assignees.sort_unstable();
    assignees.dedup();
    for person in assignees {
        if membership::role(conn, tenant_id, person).await?.is_none_or(|role| role == Role::Viewer) {
            return Err(InvalidField::new("assignee_id", "must be somebody here who may answer customers").into());
        }
    }
    let is_past = |change: &Change| matches!(change.state, Some(Wanted::Snoozed(until)) if until <= now);
    if changes.iter().any(is_past) {
        return Err(InvalidField::new("snoozed_until", "must lie in the future").into());
    }
    Ok(())
}

fn apply(row: &mut Conversation, change: &Change, now: Millis) {
    if let Some(assignee) = change.assignee {
        row.assignee_id = assignee;
    }
    row.labels.retain(|label| !change.remove_labels.contains(label));
    rules::add_labels(row, &change.add_labels);
    match change.state {
        None => {}
        Some(Wanted::Open) => rules::open(row),
        Some(Wanted::Snoozed(until)) => {
            row.state = ConversationState::Snoozed;
            row.snoozed_until = Some(until);
        }
        Some(Wanted::Resolved) => {
            row.state = ConversationState::Resolved;
            row.snoozed_until = None;
        }
    }
    row.updated_at = now;
}

/// Opens a snoozed conversation whose time has come, for a person to look at.
pub async fn wake_if_due(conn: &mut Conn<'_>, now: Millis, key: ConversationKey) -> StoreResult<bool> {
    let Some(mut row) = conversation::lock_one(conn, key.tenant_id, key.id).await? else { return Ok(false) };
    if row.state != ConversationState::Snoozed || row.snoozed_until.is_none_or(|until| until > now) {
        return Ok(false);
    }
    rules::call_person(&mut row);
    row.updated_at = now;
    conversation::save(conn, std::slice::from_ref(&row)).await?;
    event::insert(conn, &[events::conversation_updated(&row, now)]).await?;
    Ok(true)
}

/// Somebody works here no more: what was theirs and is open is nobody's. Whether there may be more.
pub async fn release(conn: &mut Conn<'_>, now: Millis, tenant_id: TenantId, person: Uuid) -> StoreResult<bool> {
    let keys = conversation::assigned_to(conn, tenant_id, person, BATCH).await?;
    let mut rows = if keys.is_empty() { Vec::new() } else { conversation::lock(conn, &keys).await? };
    rows.retain(|row| row.assignee_id == Some(person));
    for row in &mut rows {
        row.assignee_id = None;
        row.updated_at = now;
    }
    conversation::save(conn, &rows).await?;
    let told: Vec<_> = rows.iter().map(|row| events::conversation_updated(row, now)).collect();
    event::insert(conn, &told).await?;
    Ok(!rows.is_empty())
}
