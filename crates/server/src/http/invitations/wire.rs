use secrecy::ExposeSecret;
use serde::Serialize;
use switchboard_accounts::Invited;
use switchboard_store::{Language, Millis, Role, invitation::Invitation};
use utoipa::ToSchema;
use uuid::Uuid;

/// An open invitation.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitationBody {
    id: Uuid,
    email: String,
    /// `owner`, `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "operator")]
    role: Role,
    /// `en`, `tr` or `ar`
    #[schema(value_type = String, example = "tr")]
    language: Language,
    /// The person or the key that invited
    invited_by: Uuid,
    /// RFC 3339
    created_at: String,
    /// RFC 3339: until when it can be accepted
    expires_at: String,
    /// RFC 3339: when its last mail left; null: none has
    sent_at: Option<String>,
    /// Why its last mail was given up
    send_error: Option<String>,
}

impl From<Invitation> for InvitationBody {
    fn from(it: Invitation) -> Self {
        Self {
            id: it.id,
            email: it.email,
            role: it.role,
            language: it.language,
            invited_by: it.invited_by,
            created_at: it.created_at.to_rfc3339(),
            expires_at: it.expires_at.to_rfc3339(),
            sent_at: it.sent_at.map(Millis::to_rfc3339),
            send_error: it.send_error,
        }
    }
}

/// An invitation that is on its way.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitedBody {
    #[serde(flatten)]
    invitation: InvitationBody,
    /// Where this installation sends no mail: to hand over by other means. Shown this once
    link: Option<String>,
}

impl From<Invited> for InvitedBody {
    fn from(invited: Invited) -> Self {
        let link = invited.link.map(|link| link.expose_secret().to_owned());
        Self { invitation: invited.invitation.into(), link }
    }
}
