use actix_web::{
    post,
    web::{Data, Json, Path},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_accounts::Permission;
use switchboard_bots::language::Language;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire;
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
struct DraftFields {
    /// What you are about to send: 1 to 4,096 characters
    #[garde(length(chars, min = 1, max = 4096))]
    text: String,
    /// Into which language, an ISO 639-1 code
    #[garde(skip)]
    #[schema(example = "tr")]
    language: String,
}

#[derive(Serialize, ToSchema)]
struct DraftBody {
    text: String,
    #[schema(example = "tr")]
    language: String,
    /// What it was in, for its `original`; null: it cannot be told
    #[schema(example = "en")]
    original_language: Option<String>,
    /// The model's name or the server's; null: it was in that language already, and is as you wrote it
    translator: Option<String>,
}

/// Translate what you are about to send
///
/// Nothing is sent, and nothing kept: send what you agree with, with what you wrote as its `original`.
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id")),
    request_body = DraftFields, responses((status = 200, description = "What it would say", body = DraftBody),
        (status = 409, description = "`translation_not_set_up`: nothing is there that translates; `budget_used_up`: until the next day begins",
            body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "`translator_refused`, `translation_unusable`: trying again does not help at once",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`translator_unavailable`: trying again may help",
            body = Problem, content_type = "application/problem+json")))]
#[post("/api/conversations/{id}/translation")]
pub(super) async fn translate_draft(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<DraftFields>,
) -> Result<Json<DraftBody>, Problem> {
    let tenant = who.require(Permission::Reply)?.tenant;
    wire::language("language", &body.language)?;
    let to = Language::from_code(&body.language);
    let draft = state.translations.of_draft(tenant, *id, &body.text, &to).await?;
    Ok(Json(DraftBody {
        text: draft.text,
        language: body.language,
        original_language: draft.from.map(|from| from.code().to_owned()),
        translator: draft.translator,
    }))
}
