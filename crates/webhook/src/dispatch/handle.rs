//! Whom each item concerns, and what they do with it.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use serde_json::{Value, json};
use switchboard_inbox::{incoming::Incoming, receive, rules::TurnPolicy, templates};
use switchboard_onboarding::{account_event, contacts_told, history_told};
use switchboard_store::{
    Conn, LeftoverReason, Millis, Result, TenantId,
    event::{self, NewEvent},
    number::{self, same_number},
    waba::{self, Holder},
};

use crate::{
    decode::{Item, Route, What},
    leftovers,
};

/// Something Meta told that has no screen of its own yet; whoever watches the events sees it.
const NOTICE: &str = "whatsapp.notice";

/// The field that tells of a number's past.
const HISTORY: &str = "history";

/// An item, and when its delivery arrived.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) item: Item,
    pub(super) at: Millis,
}

/// Which workers there is something to do for.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each wakes a worker of its own")]
pub(super) struct Woken {
    pub(super) turns: bool,
    pub(super) outbox: bool,
    pub(super) media: bool,
    pub(super) events: bool,
}

/// Handles items in the order given, all in the caller's transaction.
pub(super) async fn handle(conn: &mut Conn<'_>, now: Millis, items: &[&Received]) -> Result<Woken> {
    let routes = Routes::load(conn, items.iter().map(|received| &received.item)).await?;
    let mut conversations = Vec::new();
    let mut untouched = BTreeSet::new();
    let mut told = Vec::new();
    let mut rest = Vec::new();
    let mut past = Vec::new();
    let mut reviews = Vec::new();
    for received in items {
        let item = &received.item;
        match (&item.what, routes.number(&item.route)) {
            (What::Conversation(incoming), Some(route)) => {
                if route.is_untouched(now) {
                    untouched.insert((route.tenant, route.number_id));
                }
                conversations.push(receive::Received {
                    tenant_id: route.tenant,
                    number_id: route.number_id,
                    policy: policy(route),
                    auto_handback: route.auto_handback_ms.map(millis),
                    incoming: incoming.clone(),
                });
            }
            (What::Notice { field, value }, Some(route)) if field == HISTORY => {
                past.push((route, value));
                told.push(notice(now, route.tenant, field, value));
            }
            (What::Notice { field, value }, _) => match routes.tenant(&item.route) {
                Some(tenant_id) => {
                    told.push(notice(now, tenant_id, field, value));
                    reviews.extend(routes.account(&item.route).map(|account| (account, field, value)));
                }
                None => rest.push(*received),
            },
            _ => rest.push(*received),
        }
    }
    for (route, value) in past {
        history_told(conn, now, route.tenant, route.number_id, value).await?;
    }
    for (account, field, value) in reviews {
        templates::told(conn, now, account.tenant, account.waba, field, value).await?;
    }
    contacts(conn, now, &conversations).await?;
    let outcome = receive::receive(conn, now, &conversations).await?;
    if !untouched.is_empty() {
        number::touch_webhook(conn, &untouched.into_iter().collect::<Vec<_>>(), now).await?;
    }
    event::insert(conn, &told).await?;
    let mut accounts = false;
    for received in rest {
        accounts |= handle_rest(conn, now, received, &routes).await?;
    }
    Ok(Woken {
        turns: outcome.turns,
        outbox: outcome.outbox,
        media: outcome.media,
        events: outcome.events || accounts || !told.is_empty(),
    })
}

fn notice(now: Millis, tenant_id: TenantId, field: &str, value: &Value) -> NewEvent {
    NewEvent { tenant_id, kind: NOTICE, data: json!({ "field": field, "value": value }), created_at: now }
}

/// The first names from a phone's address book show that its contacts are coming.
async fn contacts(conn: &mut Conn<'_>, now: Millis, batch: &[receive::Received]) -> Result<()> {
    let named = batch.iter().filter(|received| matches!(received.incoming, Incoming::ContactName { .. }));
    let numbers: BTreeSet<_> = named.map(|received| (received.tenant_id, received.number_id)).collect();
    for (tenant, number) in numbers {
        contacts_told(conn, now, tenant, number).await?;
    }
    Ok(())
}

/// What is rare: events of accounts, and what is kept for people to look at. `true` if watchers are told of it.
async fn handle_rest(conn: &mut Conn<'_>, now: Millis, received: &Received, routes: &Routes) -> Result<bool> {
    let item = &received.item;
    let tenant = routes.tenant(&item.route);
    let (reason, detail) = match &item.what {
        What::Account(event) => match routes.account(&item.route) {
            Some(account) => {
                account_event(conn, now, account, event).await?;
                return Ok(true);
            }
            None => (LeftoverReason::UnknownNumber, "No tenant has this account."),
        },
        What::Conversation(_) | What::Notice { .. } => {
            (LeftoverReason::UnknownNumber, "No tenant has this number connected.")
        }
        What::Leftover { reason, detail } => (*reason, detail.as_str()),
    };
    leftovers::keep(conn, now, received.at, tenant, item, reason, detail).await?;
    Ok(false)
}

/// Whose an item is, as far as anybody's.
pub(super) async fn tenant_of(conn: &mut Conn<'_>, item: &Item) -> Result<Option<TenantId>> {
    Ok(Routes::load(conn, std::iter::once(item)).await?.tenant(&item.route))
}

fn policy(route: &number::Route) -> Option<TurnPolicy> {
    (route.bot_enabled && route.tenant_active)
        .then(|| TurnPolicy { quiet: millis(route.reply_delay_ms), longest_wait: millis(route.max_wait_ms) })
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(ms.unsigned_abs())
}

fn borrowed(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// The numbers and accounts a batch names.
struct Routes {
    numbers: HashMap<String, number::Route>,
    accounts: HashMap<String, Holder>,
    numbers_of_accounts: Vec<(String, number::Route)>,
}

impl Routes {
    async fn load(conn: &mut Conn<'_>, items: impl Iterator<Item = &Item>) -> Result<Self> {
        let (mut numbers, mut accounts, mut displayed) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for item in items {
            match &item.route {
                Route::PhoneNumberId(id) => {
                    numbers.insert(id.as_str());
                }
                Route::Waba(id) => {
                    accounts.insert(id.as_str());
                }
                Route::DisplayNumber { waba_id, .. } => {
                    accounts.insert(waba_id.as_str());
                    displayed.insert(waba_id.as_str());
                }
                Route::None => {}
            }
        }
        let list = |set: BTreeSet<&str>| set.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let (numbers, accounts, displayed) = (list(numbers), list(accounts), list(displayed));
        Ok(Self {
            numbers: number::routes(conn, &borrowed(&numbers)).await?.into_iter().collect(),
            accounts: waba::holders(conn, &borrowed(&accounts)).await?.into_iter().collect(),
            numbers_of_accounts: number::routes_of_wabas(conn, &borrowed(&displayed)).await?,
        })
    }

    fn number(&self, route: &Route) -> Option<&number::Route> {
        match route {
            Route::PhoneNumberId(id) => self.numbers.get(id),
            Route::DisplayNumber { waba_id, display_phone_number } => {
                let mut of_account = self.numbers_of_accounts.iter().filter(|(account, _)| account == waba_id);
                of_account
                    .find(|(_, route)| same_number(&route.display_phone_number, display_phone_number))
                    .map(|(_, route)| route)
            }
            Route::Waba(_) | Route::None => None,
        }
    }

    fn account(&self, route: &Route) -> Option<Holder> {
        match route {
            Route::Waba(waba_id) | Route::DisplayNumber { waba_id, .. } => self.accounts.get(waba_id).copied(),
            Route::PhoneNumberId(_) | Route::None => None,
        }
    }

    fn tenant(&self, route: &Route) -> Option<TenantId> {
        self.number(route).map(|route| route.tenant).or_else(|| self.account(route).map(|account| account.tenant))
    }
}
