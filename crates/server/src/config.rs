//! The configuration: read from the environment, parsed into types once, contradictions told all together.

mod secrets;
mod settings;
mod urls;

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use switchboard_accounts::{OidcConfig, PlatformSettings};
use switchboard_bots::models::ServerConfig;
use switchboard_crypto::{AppSecrets, KeyRing, KeyRingError};
use switchboard_store::{Db, DbOptions};
use url::Url;

use crate::demo::DemoInfo;

pub use settings::{LogFormat, Settings, Switch};

/// Everything `switchboard serve` needs to know, checked.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Config {
    pub bind: SocketAddr,
    pub database: DatabaseConfig,
    /// Checked: [`Config::key_ring`] opens it.
    master_keys: SecretString,
    pub jwt_secret: SecretString,
    pub public_url: Url,
    pub meta: MetaConfig,
    pub webhook: WebhookConfig,
    /// `None`: bots answer from their knowledge alone.
    /// The model server that is asked first, and the one that is asked where that gives no answer.
    pub models: Vec<ServerConfig>,
    /// `None`: models translate, where there are any.
    pub translate: Option<TranslateConfig>,
    /// The text of the privacy policy; `None`: the one Switchboard comes with.
    pub privacy_page: Option<PathBuf>,
    /// `None`: no mail is sent.
    pub smtp: Option<SmtpConfig>,
    pub platform: PlatformSettings,
    pub media: MediaConfig,
    /// `None`: people sign in with passwords alone.
    pub oidc: Option<OidcSettings>,
    pub rate_limits: bool,
    /// Whether bots may read web pages of private addresses.
    pub private_pages: bool,
    /// Whether tenants may name model servers at private addresses and without TLS.
    pub private_models: bool,
    /// Whether a tool of a bot may be at an address that is not of the public internet.
    pub private_tools: bool,
    /// Between two web pages of one site.
    pub crawl_pause: Duration,
    /// This program, which reads documents in a process of its own.
    pub program: PathBuf,
    /// How many proxies stand in front, each of which adds an address to `X-Forwarded-For`.
    pub trusted_proxies: u8,
    /// Only `switchboard demo` sets it.
    pub demo: Option<DemoInfo>,
}

/// Where the data is.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// May hold a password.
    pub url: SecretString,
    pub connections: u32,
}

/// The Meta app, and where Meta is.
#[derive(Debug, Clone)]
pub struct MetaConfig {
    pub app_id: String,
    pub app_secrets: AppSecrets,
    pub config_id: Option<String>,
    pub redirect_uri: Url,
    pub dialog_base_url: Url,
    /// `None`: the dialog never opens in a window of its own.
    pub sdk: Option<SdkConfig>,
    pub graph_base_url: Url,
    /// With the `v`: `v26.0`.
    pub graph_version: String,
    /// Of a system user of the business that owns the app.
    pub system_token: Option<SecretString>,
}

/// Meta's JavaScript SDK, which opens the dialog in a window of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkConfig {
    pub base_url: Url,
    /// The one origin whose messages count. `None`, while the dialog is Meta's: https and a host of facebook.com.
    pub message_origin: Option<String>,
}

impl SdkConfig {
    /// The script's address.
    pub fn script(&self) -> String {
        format!("{}/en_US/sdk.js", self.base_url.as_str().trim_end_matches('/'))
    }
}

/// Where Meta posts to, and how it shows that it was told to.
#[derive(Debug, Clone)]
pub struct WebhookConfig {
    pub public_url: Url,
    pub verify_token: SecretString,
    /// Each account is told to post messages here, whatever the app's dashboard says.
    pub is_override: bool,
}

/// A server of `LibreTranslate`'s API.
#[derive(Debug, Clone)]
pub struct TranslateConfig {
    pub base_url: Url,
    pub api_key: Option<SecretString>,
}

/// Where people may sign in instead of with a password, and what the button says.
#[derive(Debug, Clone)]
pub struct OidcSettings {
    pub provider: OidcConfig,
    pub button_label: String,
}

/// A mail server, and in whose name mails leave.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// May hold a password. Says how the connection is encrypted, unless the server is on this machine.
    pub url: SecretString,
    pub from: Mailbox,
}

/// Where files are kept, and how long.
#[derive(Debug, Clone)]
pub struct MediaConfig {
    /// `file:///folder` or `s3://bucket/prefix`.
    pub store: Url,
    /// `None`: as long as their messages.
    pub keep: Option<Duration>,
}

/// All that is wrong with the configuration, a sentence each, without any secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration is not usable:\n  - {}", .0.join("\n  - "))]
pub struct ConfigError(pub Vec<String>);

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let engine = if self.sqlite_path().is_some() { "sqlite" } else { "postgres" };
        f.debug_struct("DatabaseConfig")
            .field("engine", &engine)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

impl DatabaseConfig {
    pub async fn open(&self) -> switchboard_store::Result<Db> {
        Db::open(self.url.expose_secret(), DbOptions { connections: self.connections }).await
    }

    /// The file, when it is SQLite.
    pub fn sqlite_path(&self) -> Option<PathBuf> {
        Db::sqlite_path(self.url.expose_secret())
    }
}

impl Config {
    /// Checks all settings and reports everything that is wrong at once.
    pub fn from_settings(settings: &Settings) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let config = settings::check(settings, &mut problems);
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(ConfigError(problems)),
        }
    }

    /// The master keys.
    pub fn key_ring(&self) -> Result<KeyRing, KeyRingError> {
        KeyRing::parse(self.master_keys.expose_secret())
    }

    /// Whether browsers reach Switchboard over HTTPS, as everywhere but on one's own machine.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use switchboard_bots::models::Choices;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        settings: Settings,
    }

    const GOOD: &[(&str, &str)] = &[
        ("database-url", "sqlite://x.db"),
        ("master-keys", "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ("jwt-secret", "n7vL2kq0Zr8TgYp4Xw6JmB1sQe5HdUaC"),
        ("public-url", "https://switchboard.example.com"),
        ("meta-app-id", "1234567890"),
        ("meta-app-secret", "0123456789abcdef0123456789abcdef"),
        ("webhook-verify-token", "a-token-of-one's-own"),
    ];

    fn config(changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let mut values: Vec<(&str, &str)> = GOOD.to_vec();
        values.retain(|(key, _)| changes.iter().all(|(changed, _)| changed != key));
        values.extend(changes);
        let arguments = values.iter().map(|(key, value)| format!("--{key}={value}"));
        let command = Command::parse_from(std::iter::once("switchboard".to_owned()).chain(arguments));
        Config::from_settings(&command.settings)
    }

    fn problems(changes: &[(&str, &str)]) -> Vec<String> {
        config(changes).expect_err("this configuration is refused").0
    }

    #[test]
    fn a_whole_configuration_is_taken_and_the_rest_has_defaults() {
        let config = config(&[]).unwrap();
        assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
        assert_eq!(config.meta.graph_version, "v26.0");
        assert_eq!(config.meta.graph_base_url.as_str(), "https://graph.facebook.com/");
        assert_eq!(config.meta.dialog_base_url.as_str(), "https://www.facebook.com/");
        let redirect = "https://switchboard.example.com/api/onboarding/whatsapp/callback";
        assert_eq!(config.meta.redirect_uri.as_str(), redirect);
        assert_eq!(config.webhook.public_url.as_str(), "https://switchboard.example.com/webhooks/whatsapp");
        assert!(config.rate_limits && config.models.is_empty() && config.is_https());
        assert_eq!(config.key_ring().unwrap().current_id(), "k1");
    }

    #[test]
    fn everything_missing_is_told_at_once() {
        let empty: Vec<(&str, &str)> = GOOD.iter().map(|(key, _)| (*key, "")).collect();
        let problems = problems(&empty).join("\n");
        for name in ["SWITCHBOARD_MASTER_KEYS", "JWT_SECRET", "META_APP_ID", "META_APP_SECRET", "WEBHOOK_VERIFY_TOKEN"]
        {
            assert!(problems.contains(name), "{name} in {problems}");
        }
    }

    #[test]
    fn weak_secrets_are_told_all_together_and_never_repeated() {
        let weak = [
            ("jwt-secret", "changemechangemechangemechangeme"),
            ("master-keys", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("meta-app-secret", "0123456789abcdef0123456789abcdef,short"),
            ("webhook-verify-token", "1234567"),
        ];
        let problems = problems(&weak);
        assert_eq!(problems.len(), 4, "{problems:?}");
        let text = problems.join("\n");
        assert!(!text.contains("changeme") && !text.contains("AAAA") && !text.contains("short,"), "{text}");
        assert!(!text.contains("1234567"), "{text}");
    }

    #[test]
    fn one_bad_value_is_one_problem() {
        for (key, value) in [
            ("jwt-secret", "too short"),
            ("jwt-secret", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ("jwt-secret", "0123456789abcdef0123456789abcdef"),
            ("public-url", "http://switchboard.example.com"),
            ("public-url", "https://switchboard.example.com/app"),
            ("public-url", "not a url"),
            ("meta-redirect-uri", "https://elsewhere.example.com/api/onboarding/whatsapp/callback"),
            ("meta-redirect-uri", "https://switchboard.example.com/other"),
            ("webhook-public-url", "http://switchboard.example.com/webhooks/whatsapp"),
            ("graph-api-version", "26"),
            ("graph-api-version", "v26"),
            ("graph-api-base-url", "http://graph.facebook.com"),
            ("meta-dialog-base-url", "ftp://www.facebook.com"),
            ("meta-sdk-base-url", "https://sdk.example.com"),
            ("meta-sdk-base-url", "https://connect.facebook.net.example.com"),
            ("database-url", "mysql://x"),
            ("database-connections", "0"),
            ("openai-model", "only"),
            ("openai-base-url", "not a url"),
            ("smtp-url", "https://mail.example.com"),
            ("smtp-url", "smtp://u:p@mail.example.com?tls=opportunistic"),
            ("smtp-url", "smtps://mail.example.com?tls=sometimes"),
            ("smtp-from", "nobody"),
            ("platform-admins", "ada@example.com, nobody"),
            ("media-store", "https://bucket.example/x"),
            ("media-store", "s3:///prefix"),
            ("media-store", "folder"),
            ("media-keep-days", "0"),
        ] {
            let problems = problems(&[(key, value)]);
            assert_eq!(problems.len(), 1, "{key}={value}: {problems:?}");
        }
    }

    #[test]
    fn plain_http_is_for_ones_own_machine() {
        for url in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert!(!config(&[("public-url", url)]).unwrap().is_https());
        }
        let stand_in =
            [("graph-api-base-url", "http://127.0.0.1:9000"), ("meta-dialog-base-url", "http://127.0.0.1:9000")];
        assert!(config(&stand_in).is_ok());
    }

    #[test]
    fn the_window_of_the_dialog_is_metas_unless_both_its_parts_are_a_stand_ins() {
        let sdk = |changes: &[(&str, &str)]| config(changes).unwrap().meta.sdk;
        let metas = SdkConfig { base_url: Url::parse("https://connect.facebook.net").unwrap(), message_origin: None };
        assert_eq!(metas.script(), "https://connect.facebook.net/en_US/sdk.js");
        assert_eq!(sdk(&[]), Some(metas.clone()));
        assert_eq!(sdk(&[("meta-dialog-base-url", "https://business.facebook.com")]), Some(metas));
        // No script of Meta's opens a stand-in's dialog, and none of a stand-in's opens Meta's.
        let dialog = ("meta-dialog-base-url", "http://127.0.0.1:9000/meta");
        assert_eq!(sdk(&[dialog]), None);
        let both = sdk(&[dialog, ("meta-sdk-base-url", "http://127.0.0.1:9000")]).unwrap();
        assert_eq!(both.message_origin.as_deref(), Some("http://127.0.0.1:9000"));
        for wrong in [
            vec![dialog, ("meta-sdk-base-url", "https://connect.facebook.net")],
            vec![("meta-sdk-base-url", "http://127.0.0.1:9000")],
            vec![
                ("meta-dialog-base-url", "https://evilfacebook.com"),
                ("meta-sdk-base-url", "https://connect.facebook.net"),
            ],
        ] {
            let problems = problems(&wrong);
            assert!(problems.iter().any(|problem| problem.contains("both be Meta's, or neither")), "{problems:?}");
        }
        // Plain HTTP stays on this machine.
        assert_eq!(problems(&[("meta-dialog-base-url", "http://meta.example.com")]).len(), 1);
    }

    #[test]
    fn ones_own_machine_has_several_names() {
        let local = [
            ("public-url", "http://localhost:8080"),
            ("meta-redirect-uri", "http://127.0.0.1:8080/api/onboarding/whatsapp/callback"),
        ];
        let given = config(&local).unwrap().meta.redirect_uri;
        assert_eq!(given.as_str(), "http://127.0.0.1:8080/api/onboarding/whatsapp/callback");
    }

    #[test]
    fn a_model_needs_a_server_or_a_key() {
        let local = [("openai-base-url", "http://localhost:11434/v1"), ("openai-model", "llama")];
        let models = |given: &[(&str, &str)]| config(given).unwrap().models;
        assert_eq!(models(&local)[0].names.answering.as_deref(), Some("llama"));
        let unnamed = models(&[("openai-api-key", "sk-x")]);
        assert_eq!(unnamed[0].names.answering.as_deref(), Some("gpt-4o-mini"));
        let vendor = models(&[("openai-api-key", "sk-x"), ("openai-model", "m"), ("openai-embedding-model", "e")]);
        assert_eq!(vendor[0].server.base_url, "https://api.openai.com/v1");
        assert_eq!(vendor[0].names.embedding.as_deref(), Some("e"));
        assert_eq!(problems(&[("openai-embedding-model", "e")]).len(), 1);
        assert_eq!(vendor[0].choices, Choices::These(Vec::new()), "bots have no choice that is not named");
        let named = models(&[("openai-api-key", "sk-x"), ("openai-models", " gpt-5, ,gpt-4o,gpt-5 ")]);
        assert_eq!(named[0].choices, Choices::These(vec!["gpt-5".into(), "gpt-4o".into()]));
        assert_eq!(problems(&[("openai-models", "gpt-5")]).len(), 1, "of nobody");
    }

    #[test]
    fn a_minute_of_voice_has_a_price_where_somebody_listens() {
        let listens = [("openai-api-key", "sk-x"), ("openai-transcription-model", "whisper-1")];
        let with = |price| [&listens[..], &[("openai-transcription-price", price)]].concat();
        assert_eq!(config(&with("0.006")).unwrap().models[0].prices.minute, Some(6_000));
        assert_eq!(config(&with("")).unwrap().models[0].prices.minute, None);
        for wrong in ["cheap", "-1", "NaN", "1001"] {
            assert_eq!(problems(&with(wrong)).len(), 1, "{wrong}");
        }
        assert_eq!(problems(&[("openai-api-key", "sk-x"), ("openai-transcription-price", "0.006")]).len(), 1);
    }

    #[test]
    fn tokens_have_a_price_where_somebody_answers() {
        let with =
            |price| [("openai-api-key", "sk-x"), ("openai-prompt-price", price), ("openai-completion-price", "0.6")];
        let prices = config(&with("0.15")).unwrap().models[0].prices;
        assert_eq!((prices.prompt, prices.completion, prices.minute), (Some(150_000), Some(600_000), None));
        assert_eq!(config(&with("")).unwrap().models[0].prices.prompt, None);
        for wrong in ["cheap", "-1", "NaN", "1001"] {
            assert_eq!(problems(&with(wrong)).len(), 1, "{wrong}");
        }
        assert_eq!(problems(&[("openai-prompt-price", "0.15")]).len(), 1, "of nobody");
    }

    #[test]
    fn tokens_of_the_second_server_have_a_price_of_their_own() {
        let with = |price| {
            let first = [("openai-api-key", "sk-x"), ("openai-prompt-price", "0.15")];
            let second = [
                ("fallback-openai-api-key", "sk-y"),
                ("fallback-openai-prompt-price", price),
                ("fallback-openai-completion-price", "2"),
            ];
            [first.as_slice(), second.as_slice()].concat()
        };
        let prices: Vec<_> =
            config(&with("1")).unwrap().models.iter().map(|it| (it.prices.prompt, it.prices.completion)).collect();
        assert_eq!(prices, [(Some(150_000), None), (Some(1_000_000), Some(2_000_000))]);
        for wrong in ["cheap", "-1", "NaN", "1001"] {
            assert_eq!(problems(&with(wrong)).len(), 1, "{wrong}");
        }
        let of_nobody = [("openai-api-key", "sk-x"), ("fallback-openai-completion-price", "2")];
        assert_eq!(problems(&of_nobody).len(), 1);
    }

    #[test]
    fn a_second_model_server_stands_in_for_a_first() {
        let second = ("fallback-openai-base-url", "http://localhost:11434/v1");
        let both = config(&[("openai-api-key", "sk-x"), second, ("fallback-openai-model", "llama")]).unwrap().models;
        assert_eq!(
            both.iter().map(|it| it.names.answering.as_deref().unwrap()).collect::<Vec<_>>(),
            ["gpt-4o-mini", "llama"]
        );
        assert_eq!(problems(&[second]).len(), 1);
    }

    #[test]
    fn mail_is_encrypted_unless_the_server_is_on_this_machine() {
        let smtp = |url: &str| config(&[("smtp-url", url)]).unwrap().smtp.unwrap();
        for (given, used) in [
            ("smtp://mail.example.com", "smtp://mail.example.com?tls=required"),
            ("smtp://u:p@mail.example.com:2525", "smtp://u:p@mail.example.com:2525?tls=required"),
            ("smtp://mail.example.com?tls=opportunistic", "smtp://mail.example.com?tls=opportunistic"),
            ("smtps://u:p@mail.example.com", "smtps://u:p@mail.example.com"),
            ("smtp://127.0.0.1:1025", "smtp://127.0.0.1:1025"),
            ("smtp://localhost:1025", "smtp://localhost:1025"),
        ] {
            assert_eq!(smtp(given).url.expose_secret(), used);
        }
    }

    #[test]
    fn files_are_beside_the_database_unless_another_place_is_given() {
        let store = |changes: &[(&str, &str)]| config(changes).unwrap().media.store.to_string();
        assert_eq!(
            store(&[("database-url", "sqlite:///var/lib/switchboard/x.db")]),
            "file:///var/lib/switchboard/media/"
        );
        assert_eq!(store(&[("media-store", "s3://files/switchboard")]), "s3://files/switchboard");
    }

    #[test]
    fn mails_leave_in_the_name_of_the_host_unless_another_is_given() {
        let from = |changes: &[(&str, &str)]| {
            let changes = [&[("smtp-url", "smtps://mail.example.com")], changes].concat();
            config(&changes).unwrap().smtp.unwrap().from.to_string()
        };
        assert_eq!(from(&[]), "Switchboard <no-reply@switchboard.example.com>");
        assert_eq!(from(&[("smtp-from", "Bakery <hello@bakery.example>")]), "Bakery <hello@bakery.example>");
        assert_eq!(from(&[("public-url", "http://localhost:8080")]), "Switchboard <no-reply@localhost>");
    }

    #[test]
    fn platform_admins_are_addresses_in_any_case_with_commas_between() {
        let config = config(&[("platform-admins", " Ada@Example.com,,grace@example.com ")]).unwrap();
        assert_eq!(config.platform.admins, ["ada@example.com", "grace@example.com"]);
        assert!(config.platform.second_factor);
    }

    #[test]
    fn an_identity_provider_is_told_whole_or_not_at_all() {
        assert!(config(&[]).unwrap().oidc.is_none());
        let whole = [
            ("oidc-issuer", "https://id.example.com"),
            ("oidc-client-id", "switchboard"),
            ("oidc-client-secret", "s3"),
        ];
        let oidc = config(&whole).unwrap().oidc.unwrap();
        // To the byte: the provider's own word for itself has no slash at its end.
        assert_eq!(oidc.provider.issuer, "https://id.example.com");
        assert_eq!(oidc.provider.redirect_uri.as_str(), "https://switchboard.example.com/api/auth/oidc/callback");
        assert!(oidc.button_label == "Single sign-on" && oidc.provider.sign_up);
        for missing in 0..whole.len() {
            let part: Vec<_> = whole.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, it)| *it).collect();
            assert_eq!(problems(&part).len(), 1, "{part:?}");
        }
        let plain = [("oidc-issuer", "http://id.example.com"), whole[1], whole[2]];
        assert_eq!(problems(&plain).len(), 1, "secrets travel to it");
        assert_eq!(problems(&[("oidc-button-label", "Sign in with Example")]).len(), 1, "to nowhere");
    }

    #[test]
    fn no_secret_shows_in_debug() {
        let config = config(&[
            ("database-url", "postgres://user:hunter2@db/x"),
            ("openai-api-key", "sk-x"),
            ("openai-model", "m"),
            ("smtp-url", "smtps://u:swordfish@mail.example.com"),
        ]);
        let text = format!("{:?}", config.unwrap());
        for secret in ["hunter2", "n7vL2kq0", "0123456789abcdef", "AAECAwQF", "a-token-of", "sk-x", "swordfish"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
