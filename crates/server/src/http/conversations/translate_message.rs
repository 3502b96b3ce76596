use actix_web::{
    post,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_accounts::Permission;
use switchboard_bots::{language::Language, translation::Wanted};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{self, TranslationBody};
use crate::http::{AppState, Authenticated, Problem};

#[derive(Deserialize, ToSchema)]
struct TranslationFields {
    /// Into which language, an ISO 639-1 code
    #[schema(example = "en")]
    language: String,
}

#[derive(Serialize, ToSchema)]
struct TranslatedBody {
    /// Null: it is in that language already, or there is nothing to translate
    translation: Option<TranslationBody>,
}

/// Have a message translated
///
/// Once for each language: whoever asks again gets what is kept. The message itself stays as it is.
#[utoipa::path(tag = "conversations", request_body = TranslationFields,
    params(("id" = Uuid, Path, description = "The conversation's id"),
        ("message_id" = Uuid, Path, description = "The message's id")),
    responses((status = 200, description = "What it says in that language", body = TranslatedBody),
        (status = 409, description = "`translation_not_set_up`: nothing is there that translates; `budget_used_up`: until the next day begins",
            body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "`translator_refused`, `translation_unusable`: trying again does not help at once",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`translator_unavailable`: trying again may help",
            body = Problem, content_type = "application/problem+json")))]
#[post("/api/conversations/{id}/messages/{message_id}/translation")]
pub(super) async fn translate_message(
    state: Data<AppState>,
    who: Authenticated,
    path: Path<(Uuid, Uuid)>,
    Json(body): Json<TranslationFields>,
) -> Result<Json<TranslatedBody>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    wire::language("language", &body.language)?;
    let (conversation, message) = path.into_inner();
    let wanted = Wanted { tenant, conversation, message, language: Language::from_code(&body.language) };
    let translation = state.translations.of_message(wanted).await?;
    Ok(Json(TranslatedBody { translation: translation.map(Into::into) }))
}
