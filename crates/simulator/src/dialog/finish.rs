//! The dialog's end: what is made, what is shared, and how the end is told.

use std::sync::Arc;

use url::Url;

use super::popup::{self, Post};
use super::session::{Choice, Dialog, Way};
use crate::ids;
use crate::sync::{lock, read};
use crate::world::World;
use crate::world::codes::{CODE_LIFE_MS, Code};
use crate::world::directory::Waba;

/// How the end is told.
pub(crate) enum Ended {
    /// The browser goes there.
    At(String),
    /// The window posts these to the page that opened it, and closes.
    InWindow { opener: String, posts: Vec<Post> },
}

/// The WABA for an answer at once: the one that is named, else the first there is.
pub(crate) fn chosen_waba(world: &World, named: Option<&String>) -> Option<Arc<Waba>> {
    if let Some(id) = named {
        return world.waba(id);
    }
    let business = read(&world.directory).businesses().first().cloned()?;
    lock(&business.wabas).first().cloned()
}

/// Makes what was chosen to be made; answers the WABA that is to be shared.
pub(crate) fn make_chosen(world: &World, dialog: &Dialog) -> Arc<Waba> {
    let business = match &dialog.business {
        Some(Choice::Existing(id)) => world.business(id),
        _ => None,
    };
    let business = business.unwrap_or_else(|| {
        let name = match &dialog.business {
            Some(Choice::New(name)) => name,
            _ => "New business",
        };
        world.add_business(name)
    });
    let waba = match &dialog.waba {
        Some(Choice::Existing(id)) => world.waba(id),
        _ => None,
    };
    let waba = waba.unwrap_or_else(|| {
        let name = match &dialog.waba {
            Some(Choice::New(name)) => name,
            _ => &business.name,
        };
        world.add_waba(&business, name)
    });
    if let Some(Choice::New(number)) = &dialog.number {
        let made = world.add_number(&waba, &number.digits, &number.name);
        let mut state = lock(&made.state);
        state.on_biz_app = number.on_phone;
        // By the phone app.
        state.registered = number.on_phone;
    }
    waba
}

/// Shares the WABA with the app and gives out the code.
pub(crate) fn grant(world: &Arc<World>, dialog: &Dialog, waba: &Waba) -> Ended {
    if dialog.shares_all {
        let all = world.business(&waba.business_id).map(|business| lock(&business.wabas).clone());
        for other in all.iter().flatten() {
            world.grant(other);
        }
    }
    // Last, so that it is the most recent one.
    world.grant(waba);
    let age_ms = if dialog.stale_code { CODE_LIFE_MS } else { 0 };
    let text = ids::code();
    let redirect_uri = match &dialog.way {
        Way::Redirect { uri, .. } => Some(uri.clone()),
        Way::Popup(_) => None,
    };
    let code = Code {
        business_id: waba.business_id.clone(),
        scopes: dialog.scopes.clone(),
        redirect_uri,
        issued_at_ms: world.clock.now_ms() - age_ms,
        used: false,
    };
    lock(&world.codes).insert(text.clone(), code);
    match &dialog.way {
        Way::Redirect { uri, state } => redirect(uri, state.as_ref(), &[("code", &text)]),
        Way::Popup(popup) => {
            if popup.loses_code {
                popup::keep_for_later(world, dialog, waba);
            }
            popup::finished(dialog, popup, waba, &text)
        }
    }
}

/// Somebody does not want to.
pub(crate) fn cancelled(dialog: &Dialog) -> Ended {
    let parameters = [
        ("error", "access_denied"),
        ("error_code", "200"),
        ("error_reason", "user_denied"),
        ("error_description", "Permissions error"),
    ];
    match &dialog.way {
        Way::Redirect { uri, state } => redirect(uri, state.as_ref(), &parameters),
        Way::Popup(popup) => popup::left(dialog, popup),
    }
}

/// Something went wrong at Meta.
pub(crate) fn failed(dialog: &Dialog, at_ms: i64) -> Ended {
    let parameters = [
        ("error", "server_error"),
        ("error_code", "2"),
        ("error_reason", "unknown"),
        ("error_description", "Something went wrong. Please try again later."),
    ];
    match &dialog.way {
        Way::Redirect { uri, state } => redirect(uri, state.as_ref(), &parameters),
        Way::Popup(popup) => popup::reported(popup, at_ms),
    }
}

/// Something went wrong at Meta, told as older dialogs do.
pub(crate) fn broken(dialog: &Dialog, at_ms: i64) -> Ended {
    match &dialog.way {
        Way::Redirect { .. } => failed(dialog, at_ms),
        Way::Popup(popup) => popup::broken(popup),
    }
}

fn redirect(uri: &str, state: Option<&String>, parameters: &[(&str, &str)]) -> Ended {
    let Ok(mut url) = Url::parse(uri) else {
        return Ended::At(uri.to_owned());
    };
    let mut query = url.query_pairs_mut();
    query.extend_pairs(parameters);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    drop(query);
    // Facebook appends this fragment to every redirect.
    Ended::At(format!("{url}#_=_"))
}
