//! The keys of the environment, and how each becomes a value.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueEnum};
use lettre::{Address, message::Mailbox};
use secrecy::{ExposeSecret, SecretString};
use switchboard_accounts::{OidcConfig, PlatformSettings};
use switchboard_bots::{
    model::cost_micros,
    models::{Choices, Names, Prices, ServerConfig},
};
use switchboard_crypto::{AppSecrets, KeyRing};
use switchboard_store::Db;
use url::Url;

use super::{
    Config, DatabaseConfig, MediaConfig, MetaConfig, OidcSettings, SdkConfig, SmtpConfig, TranslateConfig,
    WebhookConfig, secrets, urls,
};

/// Asked where a model's server or key is given, but no name.
const DEFAULT_MODEL: &str = "gpt-4o-mini";

/// In dollars.
const HIGHEST_PRICE: f64 = 1_000.0;

/// Where the identity provider sends browsers back to.
const OIDC_CALLBACK_PATH: &str = "/api/auth/oidc/callback";
const DEFAULT_LABEL: &str = "Single sign-on";
/// In characters.
const LABEL_LONGEST: usize = 60;

/// Where Meta's JavaScript SDK is.
const SDK_BASE_URL: &str = "https://connect.facebook.net";
const SDK_HOST: &str = "facebook.net";
const DIALOG_HOST: &str = "facebook.com";

/// In characters.
const OVERRIDE_LONGEST: usize = 200;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For people.
    Text,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

/// What the environment says, unchecked. An empty value is no value. Each key is an option of the command line too; keep
/// secrets off it, where every user of the machine can read them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Settings, from the environment")]
pub struct Settings {
    /// Address and port to listen on.
    #[arg(long, env = "SWITCHBOARD_BIND", default_value = "127.0.0.1:8080")]
    pub bind: SocketAddr,
    /// Where the data is: `sqlite://path` or `postgres://user:password@host/database`
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://switchboard.db", hide_env_values = true)]
    pub database_url: SecretString,
    /// Connections to PostgreSQL, or readers of `SQLite` (at most 4).
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 16)]
    pub database_connections: u32,
    /// id:base64 of 32 bytes, comma-separated; the first encrypts.
    #[arg(long, env = "SWITCHBOARD_MASTER_KEYS", hide_env_values = true)]
    pub master_keys: Option<SecretString>,
    /// Signs access tokens; at least 32 characters.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true)]
    pub jwt_secret: Option<SecretString>,
    /// Where browsers reach Switchboard.
    #[arg(long, env = "PUBLIC_URL", default_value = "http://localhost:8080")]
    pub public_url: String,
    /// The Meta app's id.
    #[arg(long, env = "META_APP_ID")]
    pub meta_app_id: Option<String>,
    /// The Meta app's secret; comma-separated while rotating, the current one first.
    #[arg(long, env = "META_APP_SECRET", hide_env_values = true)]
    pub meta_app_secret: Option<SecretString>,
    /// The configuration of Facebook Login for Business.
    #[arg(long, env = "META_CONFIG_ID")]
    pub meta_config_id: Option<String>,
    /// Default: `PUBLIC_URL` + /api/onboarding/whatsapp/callback
    #[arg(long, env = "META_REDIRECT_URI")]
    pub meta_redirect_uri: Option<String>,
    /// Where Meta posts to. Default: `PUBLIC_URL` + /webhooks/whatsapp
    #[arg(long, env = "WEBHOOK_PUBLIC_URL")]
    pub webhook_public_url: Option<String>,
    /// What Meta shows when it checks the webhook; at least 8 characters.
    #[arg(long, env = "WEBHOOK_VERIFY_TOKEN", hide_env_values = true)]
    pub webhook_verify_token: Option<SecretString>,
    /// Makes every connected account post its messages to `WEBHOOK_PUBLIC_URL`, whatever the app's dashboard says; for an app
    /// that several installations share.
    #[arg(long, env = "WEBHOOK_OVERRIDE", value_enum, default_value_t = Switch::Off)]
    pub webhook_override: Switch,
    /// A token of a system user of the business that owns the Meta app: recovers connections whose code was lost, and
    /// renews permissions before they end.
    #[arg(long, env = "META_SYSTEM_TOKEN", hide_env_values = true)]
    pub meta_system_token: Option<SecretString>,
    #[arg(long, env = "GRAPH_API_VERSION", default_value = "v26.0")]
    pub graph_api_version: String,
    #[arg(long, env = "GRAPH_API_BASE_URL", default_value = "https://graph.facebook.com")]
    pub graph_api_base_url: String,
    #[arg(long, env = "META_DIALOG_BASE_URL", default_value = "https://www.facebook.com")]
    pub meta_dialog_base_url: String,
    /// Where Meta's JavaScript SDK is. Default: <https://connect.facebook.net> while `META_DIALOG_BASE_URL` is Meta's; else
    /// there is none, and the dialog does not open in a window of its own
    #[arg(long, env = "META_SDK_BASE_URL")]
    pub meta_sdk_base_url: Option<String>,
    /// The model's key. Without a model, bots answer from their knowledge alone.
    #[arg(long, env = "OPENAI_API_KEY", hide_env_values = true)]
    pub openai_api_key: Option<SecretString>,
    /// Any server of the chat-completions API. Default with a key: <https://api.openai.com/v1>
    #[arg(long, env = "OPENAI_BASE_URL")]
    pub openai_base_url: Option<String>,
    /// Default with a server or a key: gpt-4o-mini
    #[arg(long, env = "OPENAI_MODEL")]
    pub openai_model: Option<String>,
    /// Models that bots may be given in place of `OPENAI_MODEL`, comma-separated. Default: none
    #[arg(long, env = "OPENAI_MODELS")]
    pub openai_models: Option<String>,
    /// What a million tokens that models read there cost, in dollars, for the budgets of businesses. Default: what the server tells
    #[arg(long, env = "OPENAI_PROMPT_PRICE")]
    pub openai_prompt_price: Option<String>,
    /// What a million tokens that models write there cost. Default: what the server tells
    #[arg(long, env = "OPENAI_COMPLETION_PRICE")]
    pub openai_completion_price: Option<String>,
    /// Makes vectors of knowledge and questions; without it, knowledge is found by its words alone
    #[arg(long, env = "OPENAI_EMBEDDING_MODEL")]
    pub openai_embedding_model: Option<String>,
    /// Writes down voice messages; without it, people listen to them
    #[arg(long, env = "OPENAI_TRANSCRIPTION_MODEL")]
    pub openai_transcription_model: Option<String>,
    /// What a minute of voice messages costs there, in dollars, for the budgets of businesses. Default: what the server tells
    #[arg(long, env = "OPENAI_TRANSCRIPTION_PRICE")]
    pub openai_transcription_price: Option<String>,
    /// Translates for operators. Default: the one that answers
    #[arg(long, env = "OPENAI_TRANSLATION_MODEL")]
    pub openai_translation_model: Option<String>,
    /// The key of the server that is asked where the first gives no answer
    #[arg(long, env = "FALLBACK_OPENAI_API_KEY", hide_env_values = true)]
    pub fallback_openai_api_key: Option<SecretString>,
    /// As `OPENAI_BASE_URL`
    #[arg(long, env = "FALLBACK_OPENAI_BASE_URL")]
    pub fallback_openai_base_url: Option<String>,
    /// As `OPENAI_MODEL`
    #[arg(long, env = "FALLBACK_OPENAI_MODEL")]
    pub fallback_openai_model: Option<String>,
    /// As `OPENAI_PROMPT_PRICE`
    #[arg(long, env = "FALLBACK_OPENAI_PROMPT_PRICE")]
    pub fallback_openai_prompt_price: Option<String>,
    /// As `OPENAI_COMPLETION_PRICE`
    #[arg(long, env = "FALLBACK_OPENAI_COMPLETION_PRICE")]
    pub fallback_openai_completion_price: Option<String>,
    /// A server of `LibreTranslate`'s API, which translates in the model's place.
    #[arg(long, env = "TRANSLATE_URL")]
    pub translate_url: Option<String>,
    /// Its key, where it asks for one.
    #[arg(long, env = "TRANSLATE_API_KEY", hide_env_values = true)]
    pub translate_api_key: Option<SecretString>,
    /// smtp://… or smtps://…; without it no mail is sent.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,
    /// An `OpenID` provider at which people may sign in, as it writes itself: <https://accounts.example.com>
    #[arg(long, env = "OIDC_ISSUER")]
    pub oidc_issuer: Option<String>,
    #[arg(long, env = "OIDC_CLIENT_ID")]
    pub oidc_client_id: Option<String>,
    #[arg(long, env = "OIDC_CLIENT_SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<SecretString>,
    /// What the button says. Default: Single sign-on
    #[arg(long, env = "OIDC_BUTTON_LABEL")]
    pub oidc_button_label: Option<String>,
    /// Whether whom the provider knows and we do not may sign up.
    #[arg(long, env = "OIDC_SIGN_UP", value_enum, default_value_t = Switch::On)]
    pub oidc_sign_up: Switch,
    /// A file with the text of the privacy policy at /privacy. Default: a text that Switchboard comes with
    #[arg(long, env = "PRIVACY_PAGE")]
    pub privacy_page: Option<PathBuf>,
    /// In whose name mails leave: `Name <address>`. Default: Switchboard <no-reply@ + the host of `PUBLIC_URL`>
    #[arg(long, env = "SMTP_FROM")]
    pub smtp_from: Option<String>,
    /// E-mail addresses of the people who run this installation, comma-separated. They count once proved.
    #[arg(long, env = "PLATFORM_ADMINS")]
    pub platform_admins: Option<String>,
    /// Whether whoever runs this installation needs a second factor.
    #[arg(long, env = "PLATFORM_SECOND_FACTOR", value_enum, default_value_t = Switch::On)]
    pub platform_second_factor: Switch,
    /// Where files are kept: `file:///a/folder` or `s3://bucket/prefix`. Default: the folder `media` beside the `SQLite`
    /// database, or in the working directory.
    #[arg(long, env = "MEDIA_STORE")]
    pub media_store: Option<String>,
    /// Deletes the files of messages after so many days. Default: they stay
    #[arg(long, env = "MEDIA_KEEP_DAYS")]
    pub media_keep_days: Option<u32>,
    /// Lets bots read web pages of private addresses: where all who may teach them may read the intranet, too
    #[arg(long, env = "SWITCHBOARD_PRIVATE_PAGES", value_enum, default_value_t = Switch::Off)]
    pub private_pages: Switch,
    /// Lets tenants name model servers at private addresses and without TLS
    #[arg(long, env = "SWITCHBOARD_PRIVATE_MODELS", value_enum, default_value_t = Switch::Off)]
    pub private_models: Switch,
    /// Lets tenants give bots tools at private addresses and without TLS
    #[arg(long, env = "SWITCHBOARD_PRIVATE_TOOLS", value_enum, default_value_t = Switch::Off)]
    pub private_tools: Switch,
    /// How long to wait, in milliseconds, between two web pages of one site
    #[arg(long, env = "SWITCHBOARD_CRAWL_PAUSE", default_value_t = 1000)]
    pub crawl_pause: u64,
    /// Limits on requests; off for load tests.
    #[arg(long, env = "SWITCHBOARD_RATE_LIMITS", value_enum, default_value_t = Switch::On)]
    pub rate_limits: Switch,
    /// How many proxies of your own stand in front. The client's address is read that far back in X-Forwarded-For.
    #[arg(long, env = "SWITCHBOARD_TRUSTED_PROXIES", default_value_t = 0)]
    pub trusted_proxies: u8,
    /// What is logged: a level, or directives such as info,sqlx=warn
    #[arg(long, env = "SWITCHBOARD_LOG", default_value = "info")]
    pub log: String,
    #[arg(long, env = "SWITCHBOARD_LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
}

impl Settings {
    /// The database alone, for commands that need nothing else.
    pub fn database(&self) -> DatabaseConfig {
        DatabaseConfig { url: self.database_url.clone(), connections: self.database_connections }
    }

    /// The master keys alone, for commands that need nothing else.
    pub fn key_ring(&self) -> anyhow::Result<KeyRing> {
        let keys =
            given(self.master_keys.as_ref()).ok_or_else(|| anyhow::anyhow!("SWITCHBOARD_MASTER_KEYS is missing"))?;
        Ok(KeyRing::parse(keys.expose_secret())?)
    }
}

/// A secret that is there; an empty one is not.
pub(super) fn given(secret: Option<&SecretString>) -> Option<SecretString> {
    secret.filter(|secret| !secret.expose_secret().trim().is_empty()).cloned()
}

/// A text that is there, trimmed; an empty one is not.
fn text(value: Option<&String>) -> Option<String> {
    value.map(|value| value.trim()).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// What stands between commas, each once; empty ones are none.
fn list(value: Option<&String>) -> Vec<String> {
    let named = value.map(String::as_str).unwrap_or_default().split(',').map(str::trim);
    let mut list = Vec::new();
    for name in named.filter(|name| !name.is_empty()) {
        if !list.iter().any(|it| it == name) {
            list.push(name.to_owned());
        }
    }
    list
}

/// Collects what is wrong in `problems`. `None` whenever there is nothing to go on with; then there are problems.
pub(super) fn check(settings: &Settings, problems: &mut Vec<String>) -> Option<Config> {
    let database = check_database(settings, problems);
    let master_keys = secrets::master_keys(settings, problems);
    let jwt_secret = secrets::jwt_secret(settings, problems);
    let public_url = urls::public_url(&settings.public_url, problems);
    let meta = check_meta(settings, public_url.as_ref(), problems);
    let webhook = check_webhook(settings, public_url.as_ref(), problems);
    let models = check_models(settings, problems);
    let translate = check_translate(settings, problems);
    let smtp = check_smtp(settings, public_url.as_ref(), problems);
    let media = check_media(settings, problems);
    let oidc = check_oidc(settings, public_url.as_ref(), problems);
    let program =
        std::env::current_exe().map_err(|error| problems.push(format!("this program cannot be found: {error}")));
    Some(Config {
        bind: settings.bind,
        database,
        master_keys: master_keys?,
        jwt_secret: jwt_secret?,
        public_url: public_url?,
        meta: meta?,
        webhook: webhook?,
        models,
        translate,
        privacy_page: check_privacy_page(settings, problems),
        smtp,
        platform: check_platform(settings, problems),
        media: media?,
        oidc,
        rate_limits: settings.rate_limits == Switch::On,
        private_pages: settings.private_pages == Switch::On,
        private_models: settings.private_models == Switch::On,
        private_tools: settings.private_tools == Switch::On,
        crawl_pause: Duration::from_millis(settings.crawl_pause),
        program: program.ok()?,
        trusted_proxies: settings.trusted_proxies,
        demo: None,
    })
}

fn check_database(settings: &Settings, problems: &mut Vec<String>) -> DatabaseConfig {
    let database = settings.database();
    let url = database.url.expose_secret();
    let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !postgres && Db::sqlite_path(url).is_none() {
        problems.push("DATABASE_URL must begin with sqlite:// or postgres://".into());
    }
    if database.connections == 0 {
        problems.push("DATABASE_CONNECTIONS must be at least 1".into());
    }
    database
}

fn check_meta(settings: &Settings, public_url: Option<&Url>, problems: &mut Vec<String>) -> Option<MetaConfig> {
    let app_id = text(settings.meta_app_id.as_ref());
    if app_id.is_none() {
        problems.push("META_APP_ID is missing: the id of the Meta app, from its dashboard".into());
    }
    let app_secrets = secrets::app_secrets(settings, problems);
    let graph_base_url = urls::meta("GRAPH_API_BASE_URL", &settings.graph_api_base_url, problems);
    let dialog_base_url = urls::meta("META_DIALOG_BASE_URL", &settings.meta_dialog_base_url, problems);
    let sdk = check_sdk(settings, dialog_base_url.as_ref(), problems);
    let redirect_uri = urls::redirect_uri(text(settings.meta_redirect_uri.as_ref()), public_url, problems);
    if !is_graph_version(&settings.graph_api_version) {
        problems.push("GRAPH_API_VERSION must look like v26.0".into());
    }
    Some(MetaConfig {
        app_id: app_id?,
        app_secrets: app_secrets?,
        config_id: text(settings.meta_config_id.as_ref()),
        redirect_uri: redirect_uri?,
        dialog_base_url: dialog_base_url?,
        sdk,
        graph_base_url: graph_base_url?,
        graph_version: settings.graph_api_version.clone(),
        system_token: given(settings.meta_system_token.as_ref()),
    })
}

/// The SDK and the dialog it opens are Meta's, or a stand-in's. Never one of each: a script from elsewhere would be handed the
/// codes of Meta's dialog, and Meta's script would be told what a stand-in says.
fn check_sdk(settings: &Settings, dialog: Option<&Url>, problems: &mut Vec<String>) -> Option<SdkConfig> {
    let dialog = dialog?;
    let base_url = match text(settings.meta_sdk_base_url.as_ref()) {
        Some(given) => urls::meta("META_SDK_BASE_URL", &given, problems)?,
        None if urls::is_meta(dialog, DIALOG_HOST) => Url::parse(SDK_BASE_URL).ok()?,
        None => return None,
    };
    let (of_dialog, of_sdk) = (urls::is_meta(dialog, DIALOG_HOST), urls::is_meta(&base_url, SDK_HOST));
    if of_dialog != of_sdk {
        problems.push("META_SDK_BASE_URL and META_DIALOG_BASE_URL must both be Meta's, or neither".into());
        return None;
    }
    let message_origin = (!of_dialog).then(|| dialog.origin().ascii_serialization());
    Some(SdkConfig { base_url, message_origin })
}

fn check_webhook(settings: &Settings, public_url: Option<&Url>, problems: &mut Vec<String>) -> Option<WebhookConfig> {
    let verify_token: Option<SecretString> = secrets::verify_token(settings, problems);
    let public_url = urls::webhook_url(text(settings.webhook_public_url.as_ref()), public_url, problems);
    let is_override = settings.webhook_override == Switch::On;
    // Meta's limit for an address of an account's own.
    if is_override && public_url.as_ref().is_some_and(|url| url.as_str().len() > OVERRIDE_LONGEST) {
        problems
            .push(format!("WEBHOOK_PUBLIC_URL must be at most {OVERRIDE_LONGEST} characters with WEBHOOK_OVERRIDE=on"));
    }
    Some(WebhookConfig { public_url: public_url?, verify_token: verify_token?, is_override })
}

/// The one that is asked first, then the one that is asked where that gives no answer.
fn check_models(settings: &Settings, problems: &mut Vec<String>) -> Vec<ServerConfig> {
    let first = GivenServer {
        prefix: "",
        api_key: given(settings.openai_api_key.as_ref()),
        base_url: text(settings.openai_base_url.as_ref()),
        model: text(settings.openai_model.as_ref()),
        choices: list(settings.openai_models.as_ref()),
        prompt_price: text(settings.openai_prompt_price.as_ref()),
        completion_price: text(settings.openai_completion_price.as_ref()),
        minute: check_minute_price(settings, problems),
    };
    let second = GivenServer {
        prefix: "FALLBACK_",
        api_key: given(settings.fallback_openai_api_key.as_ref()),
        base_url: text(settings.fallback_openai_base_url.as_ref()),
        model: text(settings.fallback_openai_model.as_ref()),
        choices: Vec::new(),
        prompt_price: text(settings.fallback_openai_prompt_price.as_ref()),
        completion_price: text(settings.fallback_openai_completion_price.as_ref()),
        minute: None,
    };
    let names = Names {
        answering: None,
        embedding: text(settings.openai_embedding_model.as_ref()),
        transcription: text(settings.openai_transcription_model.as_ref()),
        translation: text(settings.openai_translation_model.as_ref()),
    };
    let first = first.check(names, problems);
    let second = second.check(Names::default(), problems);
    if first.is_none() && second.is_some() {
        problems.push(
            "FALLBACK_OPENAI_BASE_URL or FALLBACK_OPENAI_API_KEY is set, but no server that it stands in for".into(),
        );
    }
    first.into_iter().chain(second).collect()
}

fn check_minute_price(settings: &Settings, problems: &mut Vec<String>) -> Option<i64> {
    let price = text(settings.openai_transcription_price.as_ref())?;
    if text(settings.openai_transcription_model.as_ref()).is_none() {
        problems.push("OPENAI_TRANSCRIPTION_PRICE is set, but no OPENAI_TRANSCRIPTION_MODEL listens".into());
        return None;
    }
    check_price("OPENAI_TRANSCRIPTION_PRICE", &price, "a minute, such as 0.006", problems)
}

/// In millionths of a dollar.
fn check_price(name: &str, given: &str, of: &str, problems: &mut Vec<String>) -> Option<i64> {
    let price = given.parse().ok().filter(|price| (0.0..=HIGHEST_PRICE).contains(price)).and_then(cost_micros);
    if price.is_none() {
        problems.push(format!("{name} must be dollars for {of}"));
    }
    price
}

/// A server of the chat-completions API, as it is written down.
struct GivenServer {
    /// Of the variables' names.
    prefix: &'static str,
    api_key: Option<SecretString>,
    base_url: Option<String>,
    model: Option<String>,
    choices: Vec<String>,
    prompt_price: Option<String>,
    completion_price: Option<String>,
    /// What a minute of listening costs.
    minute: Option<i64>,
}

impl GivenServer {
    fn check(self, names: Names, problems: &mut Vec<String>) -> Option<ServerConfig> {
        let Self { prefix, api_key, base_url, model, choices, prompt_price, completion_price, minute } = self;
        let mut price = |name: &str, given: Option<String>| {
            check_price(&format!("{prefix}{name}"), &given?, "a million tokens, such as 0.15", problems)
        };
        let prompt = price("OPENAI_PROMPT_PRICE", prompt_price);
        let completion = price("OPENAI_COMPLETION_PRICE", completion_price);
        let prices = Prices { prompt, completion, minute };
        if api_key.is_none() && base_url.is_none() {
            if model.is_some() || names != Names::default() || !choices.is_empty() {
                problems.push(format!(
                    "{prefix}OPENAI_MODEL or another model is set, but neither {prefix}OPENAI_API_KEY nor \
                     {prefix}OPENAI_BASE_URL says where it is"
                ));
            }
            if prices.prompt.or(prices.completion).is_some() {
                problems.push(format!(
                    "{prefix}OPENAI_PROMPT_PRICE or {prefix}OPENAI_COMPLETION_PRICE is set, but no server that it is the \
                     price of"
                ));
            }
            return None;
        }
        let base_url = base_url.unwrap_or_else(|| "https://api.openai.com/v1".into());
        let base_url = urls::http(&format!("{prefix}OPENAI_BASE_URL"), &base_url, problems)?;
        let names = Names { answering: Some(model.unwrap_or_else(|| DEFAULT_MODEL.into())), ..names };
        // A local server asks for no key.
        Some(ServerConfig::new(base_url.to_string(), api_key, names, Choices::These(choices), prices))
    }
}

fn check_translate(settings: &Settings, problems: &mut Vec<String>) -> Option<TranslateConfig> {
    let api_key = given(settings.translate_api_key.as_ref());
    let Some(base_url) = text(settings.translate_url.as_ref()) else {
        if api_key.is_some() {
            problems.push("TRANSLATE_API_KEY is set, but TRANSLATE_URL does not say where it is".into());
        }
        return None;
    };
    Some(TranslateConfig { base_url: urls::http("TRANSLATE_URL", &base_url, problems)?, api_key })
}

fn check_media(settings: &Settings, problems: &mut Vec<String>) -> Option<MediaConfig> {
    let keep = match settings.media_keep_days {
        Some(0) => {
            problems.push("MEDIA_KEEP_DAYS must be at least 1".into());
            None
        }
        days => days.map(|days| Duration::from_hours(24 * u64::from(days))),
    };
    let store = if let Some(address) = text(settings.media_store.as_ref()) {
        Url::parse(&address).ok().filter(|url| match url.scheme() {
            "file" => url.to_file_path().is_ok(),
            scheme => scheme == "s3" && url.host_str().is_some_and(|bucket| !bucket.is_empty()),
        })
    } else {
        let database = Db::sqlite_path(settings.database_url.expose_secret());
        let folder = database.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).join("media");
        std::path::absolute(folder).ok().and_then(|folder| Url::from_directory_path(folder).ok())
    };
    if store.is_none() {
        problems.push("MEDIA_STORE must be file:///a/folder or s3://bucket/prefix".into());
    }
    Some(MediaConfig { store: store?, keep })
}

fn check_privacy_page(settings: &Settings, problems: &mut Vec<String>) -> Option<PathBuf> {
    let path = settings.privacy_page.clone().filter(|path| !path.as_os_str().is_empty())?;
    if let Err(error) = std::fs::read_to_string(&path) {
        problems.push(format!("PRIVACY_PAGE must be a file of UTF-8 text that can be read: {error}"));
    }
    Some(path)
}

fn check_platform(settings: &Settings, problems: &mut Vec<String>) -> PlatformSettings {
    let admins: Vec<_> = list(settings.platform_admins.as_ref()).iter().map(|it| it.to_lowercase()).collect();
    if admins.iter().any(|address| address.parse::<Address>().is_err()) {
        problems.push("PLATFORM_ADMINS must be e-mail addresses with commas between them".into());
    }
    PlatformSettings { admins, second_factor: settings.platform_second_factor == Switch::On }
}

fn check_smtp(settings: &Settings, public_url: Option<&Url>, problems: &mut Vec<String>) -> Option<SmtpConfig> {
    let url = secrets::smtp_url(settings, problems);
    let from: Option<Mailbox> = if let Some(from) = text(settings.smtp_from.as_ref()) {
        from.parse().ok()
    } else {
        let address = public_url.and_then(Url::host_str).and_then(|host| Address::new("no-reply", host).ok());
        address.map(|address| Mailbox::new(Some("Switchboard".to_owned()), address))
    };
    if from.is_none() && public_url.is_some() {
        problems.push("SMTP_FROM must be an address, or a name with an address in angle brackets".into());
    }
    Some(SmtpConfig { url: url?, from: from? })
}

fn check_oidc(settings: &Settings, public_url: Option<&Url>, problems: &mut Vec<String>) -> Option<OidcSettings> {
    let issuer = text(settings.oidc_issuer.as_ref());
    let client_id = text(settings.oidc_client_id.as_ref());
    let client_secret = given(settings.oidc_client_secret.as_ref());
    let label = text(settings.oidc_button_label.as_ref());
    if issuer.is_none() && client_id.is_none() && client_secret.is_none() {
        if label.is_some() {
            problems.push("OIDC_BUTTON_LABEL is set, but no OIDC_ISSUER says where the button leads".into());
        }
        return None;
    }
    let (Some(issuer), Some(client_id), Some(client_secret)) = (issuer, client_id, client_secret) else {
        problems.push("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: one is missing".into());
        return None;
    };
    // Only looked at: what counts is the text, which the provider repeats.
    urls::secure("OIDC_ISSUER", &issuer, problems)?;
    let button_label = label.unwrap_or_else(|| DEFAULT_LABEL.into());
    if button_label.chars().count() > LABEL_LONGEST {
        problems.push(format!("OIDC_BUTTON_LABEL must be at most {LABEL_LONGEST} characters"));
    }
    let redirect_uri = public_url?.join(OIDC_CALLBACK_PATH).ok()?;
    let sign_up = settings.oidc_sign_up == Switch::On;
    let provider = OidcConfig { issuer, client_id, client_secret, redirect_uri, sign_up };
    Some(OidcSettings { provider, button_label })
}

/// `v`, digits, a dot, digits.
fn is_graph_version(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let version = text.strip_prefix('v').and_then(|numbers| numbers.split_once('.'));
    version.is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

/// Every secret of the Meta app.
pub(super) fn parse_app_secrets(text: &str) -> Option<AppSecrets> {
    AppSecrets::parse(text).ok()
}
