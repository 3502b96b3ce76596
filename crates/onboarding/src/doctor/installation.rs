//! What all numbers of the installation depend on: the app, and the address Meta posts to.

use switchboard_graph_client::{AppSubscription, GraphError};

use super::Check;
use crate::Onboarding;

const OBJECT: &str = "whatsapp_business_account";
/// Without these nothing arrives, or nobody learns that access has ended.
const FIELDS: [&str; 2] = ["messages", "account_update"];
const IN_DASHBOARD: &str = "Set it in the Meta app's dashboard, under WhatsApp, Configuration.";

impl Onboarding {
    pub(super) async fn installation_checks(&self) -> Vec<Check> {
        let (subscriptions, hands) =
            tokio::join!(self.graph.app_subscriptions(), self.graph.shake_hands(&self.config.webhook));
        vec![app(&subscriptions), callback(&hands), self.app_webhooks(&subscriptions)]
    }

    fn app_webhooks(&self, subscriptions: &Result<Vec<AppSubscription>, GraphError>) -> Check {
        const NAME: &str = "app_webhooks";
        let Ok(subscriptions) = subscriptions else {
            return Check::unknown(NAME, "Meta does not tell anything about the app.");
        };
        let found = subscriptions.iter().find(|it| it.object.as_deref() == Some(OBJECT) && it.active);
        let Some(found) = found else {
            return Check::fail(NAME, "The Meta app sends no WhatsApp webhooks to anybody.", IN_DASHBOARD);
        };
        if let Some(missing) = FIELDS.iter().find(|field| !found.fields.iter().any(|it| it == *field)) {
            return Check::fail(NAME, format!("The Meta app does not send the webhook field {missing}."), IN_DASHBOARD);
        }
        let elsewhere = found.callback_url.as_deref() != Some(self.config.webhook.callback_uri.as_str());
        match (elsewhere, self.config.overrides_webhook) {
            (false, _) => Check::pass(NAME, "The Meta app sends its webhooks here."),
            (true, true) => Check::warn(
                NAME,
                "The Meta app sends its webhooks elsewhere; only messages are sent here.",
                "Point the app here, or have the other address pass on everything but messages.",
            ),
            (true, false) => Check::fail(NAME, "The Meta app sends its webhooks to another address.", IN_DASHBOARD),
        }
    }
}

fn app(subscriptions: &Result<Vec<AppSubscription>, GraphError>) -> Check {
    match subscriptions {
        Ok(_) => Check::pass("app", "Meta knows the app, and its secret is right."),
        Err(error) => Check::refused("app", error, "Check META_APP_ID and META_APP_SECRET."),
    }
}

fn callback(hands: &Result<bool, GraphError>) -> Check {
    match hands {
        Ok(true) => Check::pass("callback", "The webhook's address answers as Meta expects."),
        Ok(false) => Check::fail(
            "callback",
            "The webhook's address answers, but not as Meta expects.",
            "Check that WEBHOOK_PUBLIC_URL leads here and that WEBHOOK_VERIFY_TOKEN is the same everywhere.",
        ),
        Err(_) => Check::fail(
            "callback",
            "The webhook's address cannot be reached from here.",
            "Check WEBHOOK_PUBLIC_URL, the name's DNS entry, the certificate and the proxy.",
        ),
    }
}
