//! Templates: what may be sent when the service window is closed. Meta reviews them; we read them, keep them true by
//! Meta's webhooks, and see to it that a message made from one has what the template asks for.

mod parts;

use std::time::Duration;

use serde_json::Value;
use switchboard_crypto::Place;
use switchboard_graph_client::{GraphClient, GraphError, ParameterFormat};
use switchboard_store::{
    Conn, Db, Json, Millis, Notifier, Result, Scope, SharedClock, Signal, TenantId, Vault, VaultError,
    event::{self, NewEvent},
    number,
    template::{self, Template},
};
use uuid::Uuid;

pub use parts::{Button, Parameter, Place as ParameterPlace, Rendered, check, parameters, render};

/// What is told of when templates have changed.
pub const TEMPLATES_UPDATED: &str = "templates.updated";
/// The only status in which a template can be sent.
pub const APPROVED: &str = "APPROVED";
/// Templates that were read longer ago are read again before they are shown. Webhooks tell of what happens meanwhile.
const STALE: Duration = Duration::from_mins(30);

const STATUS_UPDATE: &str = "message_template_status_update";
const CATEGORY_UPDATE: &str = "template_category_update";

/// Reads templates. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Templates {
    pub db: Db,
    pub clock: SharedClock,
    pub vault: Vault,
    pub graph: GraphClient,
    pub notifier: Notifier,
}

/// The templates of a number's account.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub templates: Vec<Template>,
    /// When they were last read from Meta.
    pub read_at: Option<Millis>,
}

/// Why templates cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TemplatesError {
    #[error("there is no such number")]
    NotFound,
    #[error("the number is not connected")]
    NotConnected,
    #[error("Meta did not tell: {}", .0.plain_reason())]
    Graph(#[from] GraphError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
}

impl Templates {
    /// What is known; read from Meta first where that is long ago. Where Meta does not answer, what was known before.
    pub async fn list(&self, tenant: TenantId, number: Uuid) -> Result<Listed, TemplatesError> {
        let known = self.known(tenant, number).await?;
        if known.read_at.is_some_and(|at| at > self.clock.now() - STALE) {
            return Ok(known);
        }
        match self.read(tenant, number).await {
            Err(error) if known.read_at.is_some() => {
                tracing::warn!(number.id = %number, error = %error, "templates could not be read; what was known is shown");
                Ok(known)
            }
            read => read,
        }
    }

    async fn known(&self, tenant: TenantId, number: Uuid) -> Result<Listed, TemplatesError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        let number = number::get(conn, tenant, number).await?.ok_or(TemplatesError::NotFound)?;
        let templates = template::list(conn, tenant, number.waba).await?;
        Ok(Listed { templates, read_at: template::read_at(conn, tenant, number.waba).await? })
    }

    /// Reads them from Meta, whatever is known.
    pub async fn read(&self, tenant: TenantId, number: Uuid) -> Result<Listed, TemplatesError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let number = number::get(&mut tx.conn(), tenant, number).await?.ok_or(TemplatesError::NotFound)?;
        let credentials = number::credentials(&mut tx.conn(), tenant, number.id).await?;
        drop(tx);
        let token = credentials.and_then(|credentials| credentials.token).ok_or(TemplatesError::NotConnected)?;
        let place = Place { tenant: tenant.0, table: "waba", column: "token", row: number.waba };
        let token = self.vault.open_text_at_hand(&self.db, &place, &token).await?;
        let told = self.graph.templates(&number.waba_id, &token).await?;
        let now = self.clock.now();
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        let before = template::list(conn, tenant, number.waba).await?;
        let templates: Vec<_> = told
            .into_iter()
            .map(|told| {
                let status = told.status.unwrap_or_else(|| "UNKNOWN".to_owned());
                // Only a webhook tells why one was paused.
                let known = before.iter().find(|it| it.template_id == told.id && it.status == status);
                let reason = told.rejected_reason.filter(|it| it != "NONE");
                Template {
                    tenant_id: tenant,
                    waba_id: number.waba,
                    name: told.name,
                    language: told.language,
                    category: told.category,
                    reason: reason.or_else(|| known.and_then(|it| it.reason.clone())),
                    status,
                    parameter_format: told.parameter_format.map(|format| match format {
                        ParameterFormat::Named => "NAMED".to_owned(),
                        ParameterFormat::Positional => "POSITIONAL".to_owned(),
                    }),
                    components: Json(told.components),
                    updated_at: now,
                    template_id: told.id,
                }
            })
            .collect();
        template::replace(conn, tenant, number.waba, &templates, now).await?;
        if templates.len() != before.len() || templates.iter().zip(&before).any(|(new, old)| new.status != old.status) {
            event::insert(conn, &[updated(tenant, now)]).await?;
        }
        let templates = template::list(conn, tenant, number.waba).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(Listed { templates, read_at: Some(now) })
    }
}

fn updated(tenant_id: TenantId, now: Millis) -> NewEvent {
    NewEvent { tenant_id, kind: TEMPLATES_UPDATED, data: serde_json::json!({}), created_at: now }
}

/// Heeds what Meta tells of the templates of an account, in the transaction of whoever dispatches it. Other fields are
/// none of its business.
pub async fn told(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    waba: Uuid,
    field: &str,
    value: &Value,
) -> Result<()> {
    let text = |name: &str| match value.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let Some(id) = text("message_template_id") else { return Ok(()) };
    let is_known = match field {
        STATUS_UPDATE => {
            let Some(status) = text("event") else { return Ok(()) };
            let title = value.pointer("/other_info/title").and_then(Value::as_str).map(str::to_owned);
            let reason = title.or_else(|| text("reason")).filter(|reason| reason != "NONE");
            // What was paused and goes on is as it was.
            let status = if status == "REINSTATED" { APPROVED } else { &status };
            template::set_status(conn, tenant, waba, &id, status, reason.as_deref(), now).await?
        }
        CATEGORY_UPDATE => {
            let Some(category) = text("new_category") else { return Ok(()) };
            template::set_category(conn, tenant, waba, &id, &category, now).await?
        }
        _ => return Ok(()),
    };
    if !is_known {
        template::set_read_at(conn, tenant, waba, None).await?;
    }
    event::insert(conn, &[updated(tenant, now)]).await
}
