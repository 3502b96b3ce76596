use actix_web::{
    HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use switchboard_accounts::{NewInvitation, Permission};
use switchboard_store::{Language, Role};
use utoipa::ToSchema;

use super::wire::InvitedBody;
use crate::http::{AppState, Authenticated, Problem};

#[derive(Deserialize, ToSchema)]
struct InvitationRequest {
    #[schema(example = "mehmet@example.com")]
    email: String,
    /// `owner`, `admin`, `operator` or `viewer`; none that may do more than you may
    #[schema(value_type = String, example = "operator")]
    role: Role,
    /// `en`, `tr` or `ar`: of the mail; `en` unless given
    #[schema(value_type = Option<String>, example = "tr")]
    language: Option<Language>,
}

/// Invite somebody
///
/// They get a mail with a link that works once, for seven days.
#[utoipa::path(tag = "invitations", request_body = InvitationRequest, responses(
    (status = 201, description = "The invitation; where no mail is sent, with its link", body = InvitedBody),
    (status = 403, description = "`forbidden`; `role_too_strong`: it may do more than you may; `email_unverified`: prove your \
        address first", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`already_invited` or `already_member`", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/invitations")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    Json(body): Json<InvitationRequest>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManagePeople)?;
    let InvitationRequest { email, role, language } = body;
    let new = NewInvitation { email, role, language: language.unwrap_or(Language::English) };
    let invited = state.accounts.invite(principal, new).await?;
    Ok(HttpResponse::Created().json(InvitedBody::from(invited)))
}
