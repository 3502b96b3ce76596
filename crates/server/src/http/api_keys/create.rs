use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use switchboard_accounts::Permission;
use switchboard_store::Role;
use utoipa::ToSchema;

use super::wire::ApiKeyBody;
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
struct NewKey {
    /// What it is for: 1 to 100 characters
    #[garde(length(chars, min = 1, max = 100))]
    #[schema(example = "Order system")]
    name: String,
    /// `admin`, `operator` or `viewer`
    #[garde(skip)]
    #[schema(value_type = String, example = "operator")]
    role: Role,
    /// What it may do of what its role may, such as `reply`; all of that unless given
    #[garde(skip)]
    #[schema(example = json!(["view_conversations", "reply"]))]
    permissions: Option<Vec<String>>,
}

#[derive(Serialize, ToSchema)]
struct MadeKey {
    #[serde(flatten)]
    key: ApiKeyBody,
    /// For `X-API-Key`. Shown this once.
    #[schema(example = "sb_…")]
    secret: String,
}

/// Make an API key
///
/// Nobody gives a key more than they have themselves.
#[utoipa::path(tag = "api keys", request_body = NewKey,
    responses((status = 201, description = "The key, with its secret this once", body = MadeKey)))]
#[post("/api/api-keys")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<NewKey>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageKeys)?;
    let permissions = body.permissions.map(|names| parse(&names)).transpose()?;
    let made = state.accounts.create_api_key(principal, &body.name, body.role, permissions.as_deref()).await?;
    let secret = made.secret.expose_secret().to_owned();
    Ok(HttpResponse::Created().json(MadeKey { key: made.key.into(), secret }))
}

fn parse(names: &[String]) -> Result<Vec<Permission>, Problem> {
    let known = || Permission::ALL.map(Permission::as_str).join(", ");
    let parse = |name: &String| {
        Permission::parse(name).ok_or_else(|| Problem::invalid("permissions", format!("must be of: {}", known())))
    };
    names.iter().map(parse).collect()
}
