use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_inbox::organising;
use switchboard_store::{ConversationState, Millis, Scope, Signal, conversation};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::ConversationBody;
use crate::http::{AppState, Authenticated, Page, Problem, Valid, body::present};

/// How a conversation is to be. What is left out stays as it is.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
#[expect(clippy::option_option, reason = "left out, null and a value are three things")]
struct ConversationPatch {
    /// The person whose it is to be, who may answer customers; null: nobody's
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    assignee_id: Option<Option<Uuid>>,
    /// Labels to put on it
    #[serde(default)]
    add_labels: Vec<Uuid>,
    /// Labels to take off it
    #[serde(default)]
    remove_labels: Vec<Uuid>,
    /// `open`, `snoozed` or `resolved`
    #[schema(value_type = Option<String>, example = "resolved")]
    state: Option<ConversationState>,
    /// With `snoozed`: when it opens by itself, unless the customer writes before. RFC 3339
    snoozed_until: Option<String>,
}

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct OneOfMany {
    id: Uuid,
    #[serde(flatten)]
    patch: ConversationPatch,
}

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct ManyPatch {
    /// At most 200
    changes: Vec<OneOfMany>,
}

impl ConversationPatch {
    fn change(self, conversation: Uuid) -> Result<organising::Change, Problem> {
        let until = self.snoozed_until.as_deref().map(|text| {
            Millis::from_rfc3339(text).ok_or_else(|| Problem::invalid("snoozed_until", "is not a time of RFC 3339"))
        });
        let state = match (self.state, until.transpose()?) {
            (None, _) => None,
            (Some(ConversationState::Open), _) => Some(organising::Wanted::Open),
            (Some(ConversationState::Resolved), _) => Some(organising::Wanted::Resolved),
            (Some(ConversationState::Snoozed), Some(until)) => Some(organising::Wanted::Snoozed(until)),
            (Some(ConversationState::Snoozed), None) => {
                return Err(Problem::invalid("snoozed_until", "is needed with snoozed"));
            }
        };
        Ok(organising::Change {
            conversation,
            assignee: self.assignee_id,
            add_labels: self.add_labels,
            remove_labels: self.remove_labels,
            state,
        })
    }
}

/// Assign, label, snooze, resolve or reopen a conversation
///
/// A snoozed conversation opens at its time, and when the customer writes. So does a resolved one when the customer
/// writes: then the AI answers again, where a bot serves the number.
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id")),
    request_body = ConversationPatch,
    responses((status = 200, description = "The conversation as it is now", body = ConversationBody)))]
#[patch("/api/conversations/{id}")]
pub(super) async fn organise(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<ConversationPatch>,
) -> Result<Json<ConversationBody>, Problem> {
    let principal = who.require(Permission::Organise)?;
    let tenant = principal.tenant;
    let change = body.change(*id)?;
    // What does not exist is not found, whatever is wrong with the rest.
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    conversation::lock_one(&mut tx.conn(), tenant, *id).await?.ok_or_else(Problem::not_found)?;
    let now = state.clock.now();
    organising::change(&mut tx.conn(), now, tenant, &[change]).await?;
    let conversation = ConversationBody::load(&mut tx.conn(), now, principal, *id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(conversation))
}

/// Assign, label, snooze, resolve or reopen many conversations
///
/// All of it or nothing. Conversations that do not exist are passed over.
#[utoipa::path(tag = "conversations", request_body = ManyPatch,
    responses((status = 200, description = "The conversations as they are now", body = Page<ConversationBody>)))]
#[patch("/api/conversations")]
pub(super) async fn organise_many(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<ManyPatch>,
) -> Result<Json<Page<ConversationBody>>, Problem> {
    let principal = who.require(Permission::Organise)?;
    let tenant = principal.tenant;
    let changes = body.changes.into_iter().map(|one| one.patch.change(one.id)).collect::<Result<Vec<_>, _>>()?;
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let saved = organising::change(&mut tx.conn(), now, tenant, &changes).await?;
    let ids: Vec<_> = saved.iter().map(|row| row.id).collect();
    let rows = conversation::overviews(&mut tx.conn(), tenant, &ids).await?;
    let bodies = ConversationBody::all(&mut tx.conn(), now, principal, rows).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(Page::whole(bodies)))
}
