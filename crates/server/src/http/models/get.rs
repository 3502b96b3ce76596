use actix_web::{
    get,
    web::{Data, Json},
};
use switchboard_accounts::Permission;
use switchboard_bots::models::{Models, Names};
use switchboard_store::{Purpose, Scope, model_server, tenant};

use super::wire::{BudgetBody, ModelPlace, ModelServerBody, ModelsBody};
use crate::http::{AppState, Authenticated, Problem};

/// See which models are asked
///
/// Who may not change them is shown no values of an address's query: one of them may be a key.
#[utoipa::path(tag = "models", responses((status = 200, description = "The models", body = ModelsBody)))]
#[get("/api/models")]
pub(super) async fn get(state: Data<AppState>, who: Authenticated) -> Result<Json<ModelsBody>, Problem> {
    let principal = who.require(Permission::ViewTenant)?;
    let (id, may_change) = (principal.tenant, principal.may(Permission::ManageTenant));
    let models = &state.bots.models;
    let mut tx = state.db.read(Scope::Tenant(id)).await?;
    let conn = &mut tx.conn();
    let policy = tenant::model_policy(conn, id).await?.ok_or_else(Problem::not_found)?;
    let resting = models.of(conn, id, &policy).await?.resting();
    let mut servers: Vec<_> = model_server::of_tenant(conn, id).await?.into_iter().zip(resting).collect();
    let shown = if may_change { ModelServerBody::new } else { ModelServerBody::to_look_at };
    let mut take = |place: ModelPlace| {
        let at = servers.iter().position(|(server, _)| server.position == place.position())?;
        let (server, resting) = servers.swap_remove(at);
        Some(shown(server, resting))
    };
    Ok(Json(ModelsBody {
        main: take(ModelPlace::Main),
        fallback: take(ModelPlace::Fallback),
        installation: installation(models).into(),
        choices: models.platform_choices().to_vec(),
        budget: BudgetBody::from(&policy),
    }))
}

fn installation(models: &Models) -> Names {
    let name = |purpose| models.platform_name(purpose).map(str::to_owned);
    Names {
        answering: name(Purpose::Answering),
        embedding: name(Purpose::Embedding),
        transcription: name(Purpose::Transcription),
        translation: name(Purpose::Translation),
    }
}
