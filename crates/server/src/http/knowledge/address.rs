//! A page or a site, as it is named by whoever teaches.

use actix_web::HttpResponse;
use garde::Validate;
use serde::Deserialize;
use switchboard_bots::{crawling, pages};
use switchboard_store::{CrawlSchedule, KnowledgeKind, Scope, Signal, TenantId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::KnowledgeBody;
use crate::http::{AppState, Problem};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
pub(super) struct AddressFields {
    /// Up to 2,000 characters; without a scheme it is `https`
    #[garde(length(chars, min = 1, max = 2000))]
    #[schema(example = "https://example.com/about")]
    url: String,
    /// How often it is read again: `never`, `daily` or `weekly`, which it is unless given
    #[schema(value_type = Option<String>)]
    schedule: Option<CrawlSchedule>,
}

impl AddressFields {
    pub(super) async fn add(
        self,
        state: &AppState,
        tenant: TenantId,
        bot: Uuid,
        kind: KnowledgeKind,
    ) -> Result<HttpResponse, Problem> {
        let url = pages::parse_url(&self.url);
        let url =
            url.ok_or_else(|| Problem::invalid("url", "must be an address of the web, without a password in it"))?;
        let schedule = self.schedule.unwrap_or(CrawlSchedule::Weekly);
        let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        let id = crawling::add(conn, state.clock.now(), tenant, bot, kind, &url, schedule).await?;
        let body = KnowledgeBody::load(conn, tenant, bot, id).await?;
        tx.commit().await?;
        state.notifier.notify(Signal::Crawl);
        Ok(HttpResponse::Created().json(body))
    }
}
