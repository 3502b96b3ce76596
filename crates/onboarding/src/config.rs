use secrecy::SecretString;
use switchboard_graph_client::WebhookOverride;
use url::Url;

/// The Meta app that customers connect through.
#[derive(Debug, Clone)]
pub struct OnboardingConfig {
    /// `https://www.facebook.com`, or a stand-in.
    pub dialog_base_url: Url,
    /// With the `v`: `v26.0`.
    pub graph_version: String,
    pub app_id: String,
    /// The Facebook-Login-for-Business configuration, which carries the permissions. Without one they are asked for by
    /// name.
    pub config_id: Option<String>,
    /// Where the dialog returns to. Meta compares it byte for byte when the code is exchanged.
    pub redirect_uri: String,
    /// Where Meta posts to, and how it shows that it was told to.
    pub webhook: WebhookOverride,
    /// Whether each account is told to post messages there, whatever the app's dashboard says: for an app that several
    /// installations share.
    pub overrides_webhook: bool,
    /// Of a system user of our own business. Without one, a connection whose code was lost cannot be recovered.
    pub system_token: Option<SecretString>,
}

impl OnboardingConfig {
    /// What a subscription must say.
    pub(crate) fn webhook_override(&self) -> Option<&WebhookOverride> {
        self.overrides_webhook.then_some(&self.webhook)
    }
}
