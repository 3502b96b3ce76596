use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_bots::knowledge::{self, Filter};
use switchboard_store::{KnowledgeKind, Scope, bot};
use uuid::Uuid;

use super::wire::KnowledgeBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// What is of no site.
const NO_SITE: &str = "none";

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `next_cursor` of the page before
    #[garde(skip)]
    cursor: Option<String>,
    /// Items in a page: 1 to 200, 50 unless given
    #[garde(skip)]
    limit: Option<u16>,
    /// Only where all these words are in the question, the title, the text or the address. Case, accents, Turkish dots and
    /// Arabic vowel marks make no difference
    #[garde(inner(length(chars, max = 200)))]
    q: Option<String>,
    /// Only `qa`, `text`, `file`, `page` or `site`
    #[serde(rename = "type")]
    #[garde(skip)]
    #[param(value_type = Option<String>)]
    kind: Option<KnowledgeKind>,
    /// Only the pages of the site with this id; `none`: only what is of no site
    #[garde(skip)]
    site: Option<String>,
    /// Only what could not be read when that was last tried
    #[garde(skip)]
    problem: Option<bool>,
}

impl ListQuery {
    fn filter(&self) -> Result<Filter, Problem> {
        let site = self.site.as_deref().filter(|site| *site != NO_SITE).map(Uuid::parse_str).transpose();
        Ok(Filter {
            kind: self.kind,
            site: site.map_err(|_| Problem::invalid("site", "must be the id of a site, or \"none\""))?,
            is_top: self.site.as_deref() == Some(NO_SITE),
            has_problem: self.problem.unwrap_or(false),
        })
    }
}

/// List what a bot knows
///
/// In the order it was added, the pages of sites among the rest. Of a text or an answer, 400 characters at most: read the
/// item for the whole.
#[utoipa::path(tag = "knowledge", params(("id" = Uuid, Path, description = "The bot's id"), ListQuery),
    responses((status = 200, description = "A page of items", body = Page<KnowledgeBody>)))]
#[get("/api/bots/{id}/knowledge")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    query: Query<ListQuery>,
) -> Result<Json<Page<KnowledgeBody>>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    query.validate()?;
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit };
    let (after, limit, filter) = (page.id_cursor()?, page.limit()?, query.filter()?);
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    bot::get(conn, tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
    let words = query.q.as_deref().unwrap_or_default();
    let items = knowledge::find(conn, tenant, *bot_id, filter, words, after, limit + 1).await?;
    let page = Page::from_rows(items, limit, |it| it.item.id.to_string(), |it| it);
    let items = KnowledgeBody::load_all(conn, tenant, *bot_id, page.items).await?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}
