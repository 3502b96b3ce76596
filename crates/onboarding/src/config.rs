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
}
