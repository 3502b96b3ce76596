//! What the operations of this area answer.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use switchboard_accounts::Principal;
use switchboard_store::{Conn, Millis, contact::Contact, conversation};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{Problem, conversations::wire::ConversationBody};

/// Conversations shown of a contact, at most: there is one on each number.
const CONVERSATIONS: i64 = 50;

/// What is known of a customer.
#[derive(Serialize, ToSchema)]
pub(super) struct ContactDetailBody {
    id: Uuid,
    /// What the team calls the customer; null: what WhatsApp says
    own_name: Option<String>,
    /// What WhatsApp says
    whatsapp_name: Option<String>,
    /// Digits only, as WhatsApp writes it
    #[schema(example = "905301234567")]
    phone: Option<String>,
    /// Digits only: the number the customer gave when the bot asked for it. Nobody has verified that it is theirs
    #[schema(example = "905301234567")]
    given_phone: Option<String>,
    /// WhatsApp's id of the customer for this business alone
    user_id: Option<String>,
    username: Option<String>,
    /// In which the bot answers, an ISO 639-1 code; null: in which the customer writes
    #[schema(example = "tr")]
    language: Option<String>,
    /// In which the customer was last seen to write to a bot, an ISO 639-1 code; null: that could not be told yet
    #[schema(example = "tr")]
    detected_language: Option<String>,
    /// By the ids of fields, what is in them
    #[schema(value_type = Object)]
    fields: BTreeMap<Uuid, Value>,
    /// With this contact, the one with the newest message first
    conversations: Vec<ConversationBody>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

impl ContactDetailBody {
    /// With the conversations, as they stand in this transaction.
    pub(super) async fn load(
        conn: &mut Conn<'_>,
        now: Millis,
        principal: &Principal,
        contact: Contact,
    ) -> Result<Self, Problem> {
        let ids = conversation::of_contacts(conn, principal.tenant, &[contact.id], CONVERSATIONS).await?;
        let rows = conversation::overviews(conn, principal.tenant, &ids).await?;
        Ok(Self {
            id: contact.id,
            own_name: contact.own_name,
            whatsapp_name: contact.name,
            phone: contact.phone,
            given_phone: contact.given_phone,
            user_id: contact.user_id,
            username: contact.username,
            language: contact.language,
            detected_language: contact.detected_language,
            fields: contact.fields.0,
            conversations: ConversationBody::all(conn, now, principal, rows).await?,
            created_at: contact.created_at.to_rfc3339(),
            updated_at: contact.updated_at.to_rfc3339(),
        })
    }
}
