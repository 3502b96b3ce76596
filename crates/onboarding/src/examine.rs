//! What Meta says of an account, its token and its numbers.

use secrecy::SecretString;
use switchboard_graph_client::{GraphError, PhoneNumber, SubscribedApp, TokenInfo, Waba};

use crate::{Onboarding, steps::grant::NEEDED};

#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) token: Result<TokenInfo, GraphError>,
    pub(crate) waba: Result<Waba, GraphError>,
    pub(crate) numbers: Result<Vec<PhoneNumber>, GraphError>,
    pub(crate) subscribed: Result<Vec<SubscribedApp>, GraphError>,
}

impl Onboarding {
    pub(crate) async fn examine(&self, waba_id: &str, token: &SecretString) -> Examined {
        let (token, waba, numbers, subscribed) = tokio::join!(
            self.graph.debug_token(token),
            self.graph.waba(waba_id, token),
            self.graph.phone_numbers(waba_id, token),
            self.graph.subscribed_apps(waba_id, token),
        );
        Examined { token, waba, numbers, subscribed }
    }

    /// Whether the account's messages come here, by what Meta lists.
    pub(crate) fn is_subscribed(&self, apps: &[SubscribedApp]) -> bool {
        let ours = apps.iter().find(|app| app.id.as_deref() == Some(self.config.app_id.as_str()));
        let expected = self.config.webhook_override().map(|webhook| webhook.callback_uri.as_str());
        ours.is_some_and(|app| app.override_callback_uri.as_deref() == expected)
    }
}

/// Why a token is of no use any more, in words for people.
pub(crate) fn dead(info: &TokenInfo, app_id: &str) -> Option<String> {
    if !info.is_valid {
        return Some("WhatsApp no longer accepts our access. Connect the number again.".to_owned());
    }
    if info.app_id.as_deref().is_some_and(|granted_to| granted_to != app_id) {
        return Some("The access is for another Meta app than this one. Connect the number again.".to_owned());
    }
    NEEDED.iter().find(|scope| !info.has_scope(scope)).map(|missing| {
        format!("The permission “{missing}” was withdrawn. Connect the number again and leave all permissions on.")
    })
}

/// What is wrong with a number, as Meta describes it; `None`: the account does not list it.
pub(crate) fn troubles(number: Option<&PhoneNumber>) -> Vec<String> {
    let Some(number) = number else {
        return vec!["The WhatsApp account no longer has this number. Look for it in WhatsApp Manager.".to_owned()];
    };
    [unregistered(number), low_quality(number), name_refused(number)].into_iter().flatten().collect()
}

pub(crate) fn unregistered(number: &PhoneNumber) -> Option<String> {
    match number.status.as_deref()? {
        "CONNECTED" => None,
        "PENDING" | "DISCONNECTED" | "UNVERIFIED" | "MIGRATED" => {
            Some("The number is not registered at Meta any more. Connect it again.".to_owned())
        }
        status => Some(format!(
            "Meta says that the number is {}. See WhatsApp Manager for the reason.",
            status.to_lowercase().replace('_', " ")
        )),
    }
}

pub(crate) fn low_quality(number: &PhoneNumber) -> Option<String> {
    (number.quality_rating.as_deref() == Some("RED")).then(|| {
        "Customers have blocked or reported the number often, so Meta rates its quality as low and may limit it. Write to \
         fewer people first."
            .to_owned()
    })
}

pub(crate) fn name_refused(number: &PhoneNumber) -> Option<String> {
    (number.name_status.as_deref() == Some("DECLINED"))
        .then(|| "Meta did not accept the number's display name. Choose another in WhatsApp Manager.".to_owned())
}
