use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpResponse, get,
    http::StatusCode,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_accounts::tenant_keys;
use switchboard_crypto::KeyRing;
use switchboard_store::{Db, Scope};
use utoipa::ToSchema;

use crate::http::AppState;

/// A database that takes longer to answer is not ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// What must be in order before requests are sent here. `None`: in order; else what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Readiness {
    pub(crate) database: Option<String>,
    pub(crate) migrations: Option<String>,
    pub(crate) keys: Option<String>,
}

impl Readiness {
    pub(crate) async fn of(db: &Db, ring: &Arc<KeyRing>) -> Self {
        match tokio::time::timeout(PATIENCE, Self::look(db, ring)).await {
            Ok(readiness) => readiness,
            Err(_) => Self::unknown("the database does not answer"),
        }
    }

    async fn look(db: &Db, ring: &KeyRing) -> Self {
        let pending = match db.pending_migrations().await {
            Ok(pending) => pending,
            Err(error) => {
                tracing::warn!(%error, "the database is not available");
                return Self::unknown("the database cannot be reached");
            }
        };
        if pending > 0 {
            let migrations = Some(format!("{pending} migration(s) are pending: run `switchboard migrate`"));
            return Self { database: None, migrations, keys: Some("unknown until migrations are applied".into()) };
        }
        Self { database: None, migrations: None, keys: check_keys(db, ring).await }
    }

    fn unknown(reason: &str) -> Self {
        let unknown = || Some("unknown without the database".to_owned());
        Self { database: Some(reason.to_owned()), migrations: unknown(), keys: unknown() }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.database.is_none() && self.migrations.is_none() && self.keys.is_none()
    }
}

async fn check_keys(db: &Db, ring: &KeyRing) -> Option<String> {
    let checked = async {
        let mut tx = db.read(Scope::System).await?;
        tenant_keys::check(&mut tx.conn(), ring).await
    };
    checked.await.err().map(|error| error.to_string())
}

#[derive(Serialize, ToSchema)]
struct Ready {
    /// `ready` or `not_ready`
    #[schema(value_type = String, example = "ready")]
    status: &'static str,
    /// `ok`, or what is wrong
    #[schema(example = "ok")]
    database: String,
    /// `ok`, or what is wrong
    #[schema(example = "ok")]
    migrations: String,
    /// `ok`, or what is wrong
    #[schema(example = "ok")]
    keys: String,
}

/// Tell whether requests may be sent here
///
/// The database answers, no migration is pending, and the master keys open the tenants' keys.
#[utoipa::path(tag = "operation", security(()), responses(
    (status = 200, description = "Ready", body = Ready),
    (status = 503, description = "Not ready; the body says why", body = Ready),
))]
#[get("/ready")]
pub(super) async fn ready(state: Data<AppState>) -> HttpResponse {
    let readiness = Readiness::of(&state.db, &state.key_ring).await;
    let (code, status) =
        if readiness.is_ready() { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not_ready") };
    let word = |problem: Option<String>| problem.unwrap_or_else(|| "ok".to_owned());
    let Readiness { database, migrations, keys } = readiness;
    let body = Ready { status, database: word(database), migrations: word(migrations), keys: word(keys) };
    HttpResponse::build(code).json(Json(body))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use switchboard_test_support::{Engine, TestDb};

    use super::*;

    fn ring() -> Arc<KeyRing> {
        Arc::new(KeyRing::parse("k:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap())
    }

    #[rstest]
    #[tokio::test]
    async fn a_database_with_pending_migrations_is_not_ready(
        #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    ) {
        let test = TestDb::unmigrated(engine).await;
        let readiness = Readiness::of(&test.db, &ring()).await;
        assert!(
            readiness.migrations.as_ref().is_some_and(|told| told.contains("switchboard migrate")),
            "{readiness:?}"
        );
        test.db.migrate().await.unwrap();
        assert!(Readiness::of(&test.db, &ring()).await.is_ready());
    }
}
