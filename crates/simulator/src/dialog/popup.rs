//! The dialog's end in a window that the JavaScript SDK has opened: what the window posts to the page behind it.
//!
//! The message `WA_EMBEDDED_SIGNUP` is JSON in a string; the SDK's own answer is a query in a string, which the page must
//! pass over.

use std::sync::Arc;

use serde_json::{Value, json};
use url::form_urlencoded;

use super::finish::Ended;
use super::pages::frame;
use super::session::{Choice, Dialog, Popup, Step, Told};
use crate::ids;
use crate::sync::lock;
use crate::text::html;
use crate::webhook::{envelope, sender};
use crate::world::World;
use crate::world::directory::Waba;

/// The portfolio that owns the app: `PARTNER_*` events are told under it.
const PARTNER: &str = "2949482758682047";
/// What somebody reports who could not go on; Meta's id of it.
const PROBLEM: &str = "This phone number cannot be used right now.";
const PROBLEM_ID: &str = "524126";

/// One thing that the window posts.
pub(crate) type Post = String;

/// It went well. The ids that are told are those of what was chosen.
pub(crate) fn finished(dialog: &Dialog, popup: &Popup, waba: &Waba, code: &str) -> Ended {
    let chosen = match &dialog.number {
        Some(Choice::Existing(id)) => lock(&waba.numbers).iter().find(|number| number.id == *id).cloned(),
        Some(Choice::New(_)) => lock(&waba.numbers).last().cloned(),
        None => lock(&waba.numbers).first().cloned(),
    };
    let is_on_phone = chosen.as_ref().is_some_and(|number| lock(&number.state).on_biz_app);
    let event = match &popup.finish {
        Some(event) => event,
        None if is_on_phone => "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
        None => "FINISH",
    };
    // The phone app's numbers are told by nobody, and where none was chosen there is none.
    let told = if event == "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING" {
        signup(event, &json!({"waba_id": waba.id}), Some(3))
    } else {
        let mut data = json!({"waba_id": waba.id, "business_id": waba.business_id});
        if let (Some(number), true) = (&chosen, event != "FINISH_ONLY_WABA") {
            data["phone_number_id"] = json!(number.id);
        }
        signup(event, &data, None)
    };
    let answer = (!popup.loses_code).then(|| answer(popup, &[("code", code)]));
    let (first, second) = match popup.told {
        Told::BeforeCode => (Some(told), answer),
        Told::AfterCode => (answer, Some(told)),
        Told::Never => (None, answer),
    };
    in_window(popup, [first, second].into_iter().flatten().collect())
}

/// Somebody closed it at a page.
pub(crate) fn left(dialog: &Dialog, popup: &Popup) -> Ended {
    let step = match dialog.step {
        Step::Business => "BUSINESS_ACCOUNT_SELECTION",
        Step::Waba => "WABA_PHONE_PROFILE_PICKER",
        Step::Number => "PHONE_NUMBER_SETUP",
        Step::Verify => "PHONE_NUMBER_VERIFICATION",
        Step::Consent => "PERMISSIONS",
    };
    let told = signup("CANCEL", &json!({"current_step": step}), Some(3));
    in_window(popup, vec![told, answer(popup, &[("error", "access_denied")])])
}

/// Somebody could not go on and reported it: the event is that of a cancel.
pub(crate) fn reported(popup: &Popup, at_ms: i64) -> Ended {
    let data = json!({
        "error_message": PROBLEM,
        "error_id": PROBLEM_ID,
        "session_id": ids::opaque(),
        "timestamp": (at_ms / 1000).to_string(),
    });
    in_window(popup, vec![signup("CANCEL", &data, None), answer(popup, &[("error", "server_error")])])
}

/// An error with an event of its own.
pub(crate) fn broken(popup: &Popup) -> Ended {
    let data = json!({"error_message": PROBLEM, "error_code": PROBLEM_ID});
    in_window(popup, vec![signup("ERROR", &data, Some(2)), answer(popup, &[("error", "server_error")])])
}

/// The permission is given although the code is lost: Meta keeps a token for it, and tells of the share by webhook.
pub(crate) fn keep_for_later(world: &Arc<World>, dialog: &Dialog, waba: &Waba) {
    world.issue_business_token(&waba.business_id, dialog.scopes.clone(), world.settings.token_life_s());
    let info = json!({"waba_id": waba.id, "owner_business_id": waba.business_id});
    let value = json!({"event": "PARTNER_ADDED", "waba_info": info});
    let webhook = envelope::webhook(PARTNER, world.clock.now_s(), "account_update", &value);
    let sending = Arc::clone(world);
    world.runtime.spawn(async move { sender::deliver(&sending, sending.hooks.url(), &webhook).await });
}

fn signup(event: &str, data: &Value, version: Option<u8>) -> Post {
    let mut message = json!({"data": data, "type": "WA_EMBEDDED_SIGNUP", "event": event});
    if let Some(version) = version {
        message["version"] = json!(version);
    }
    message.to_string()
}

/// What the SDK waits for.
fn answer(popup: &Popup, parameters: &[(&str, &str)]) -> Post {
    form_urlencoded::Serializer::new(String::new()).append_pair("cb", &popup.question).extend_pairs(parameters).finish()
}

fn in_window(popup: &Popup, posts: Vec<Post>) -> Ended {
    Ended::InWindow { opener: popup.opener.clone(), posts }
}

/// The window's last page.
pub(crate) fn page(opener: &str, posts: &[Post]) -> String {
    let body = format!(
        r#"<h1>Done</h1><p class="lead">This window closes by itself.</p>
<output id="posts" hidden data-opener="{}" data-posts="{}"></output>
<script type="module" src="/assets/popup.js"></script>"#,
        html(opener),
        html(&json!(posts).to_string()),
    );
    frame("Done", &body)
}
