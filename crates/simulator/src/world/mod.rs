//! Everything the simulated Meta remembers.
//!
//! Each part has its own lock, held for one synchronous step and never across an await; whatever
//! a call to the Graph API looks up is found by key.

pub(crate) mod calls;
pub(crate) mod codes;
pub(crate) mod customers;
pub(crate) mod directory;
pub(crate) mod faults;
pub(crate) mod ledger;
pub(crate) mod media;
pub(crate) mod receipts;
pub(crate) mod settings;
pub(crate) mod templates;
pub(crate) mod threads;
pub(crate) mod tokens;

use std::sync::{Arc, Mutex, OnceLock, RwLock};

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::SimulatorConfig;
use crate::dialog::session::Dialogs;
use crate::ids::Ids;
use crate::mail::MailLog;
use crate::model::log::PromptLog;
use crate::oidc::{OidcCodes, SigningKey};
use crate::phone::PhoneEvent;
use crate::shop::ShopLog;
use crate::sync::{lock, write};
use crate::webhook::sender::Hooks;

use calls::CallLog;
use codes::Codes;
use customers::Customers;
use directory::Directory;
use faults::Faults;
use ledger::Ledger;
use media::MediaStore;
use receipts::ReceiptLog;
use settings::Settings;
use threads::Threads;
use tokens::Tokens;

/// How many events a phone page may fall behind before it is sent the whole thread again.
const PHONE_EVENTS: usize = 1024;

/// The simulated Meta, shared by all handlers.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) settings: Settings,
    pub(crate) directory: RwLock<Directory>,
    pub(crate) customers: Mutex<Customers>,
    pub(crate) tokens: RwLock<Tokens>,
    pub(crate) codes: Mutex<Codes>,
    pub(crate) dialogs: Mutex<Dialogs>,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) threads: Mutex<Threads>,
    pub(crate) media: Mutex<MediaStore>,
    pub(crate) faults: Faults,
    pub(crate) calls: Mutex<CallLog>,
    pub(crate) receipts: Mutex<ReceiptLog>,
    pub(crate) prompts: Mutex<PromptLog>,
    pub(crate) shop: Mutex<ShopLog>,
    pub(crate) mails: Mutex<MailLog>,
    pub(crate) oidc_key: SigningKey,
    pub(crate) oidc_codes: Mutex<OidcCodes>,
    pub(crate) hooks: Hooks,
    pub(crate) phone: broadcast::Sender<Arc<PhoneEvent>>,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) stopping: CancellationToken,
}

/// The simulated Meta app.
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) config_id: Option<String>,
    pub(crate) graph_version: String,
    base_url: OnceLock<String>,
}

impl App {
    /// Where the simulator itself is reached. Known once the port is bound.
    pub(crate) fn base_url(&self) -> &str {
        self.base_url.get().map_or("", String::as_str)
    }
}

impl World {
    /// A world with its first two businesses. Must be called inside the tokio runtime that is to
    /// run the deliveries.
    pub(crate) fn new(config: &SimulatorConfig, hooks: Hooks) -> Arc<Self> {
        let world = Arc::new(Self {
            app: App {
                id: config.app_id.clone(),
                secret: config.app_secret.clone(),
                config_id: config.config_id.clone(),
                graph_version: config.graph_version.clone(),
                base_url: OnceLock::new(),
            },
            clock: Clock::default(),
            ids: Ids::default(),
            settings: Settings::default(),
            directory: RwLock::default(),
            customers: Mutex::default(),
            tokens: RwLock::default(),
            codes: Mutex::default(),
            dialogs: Mutex::default(),
            ledger: Mutex::default(),
            threads: Mutex::default(),
            media: Mutex::default(),
            faults: Faults::default(),
            calls: Mutex::default(),
            receipts: Mutex::default(),
            prompts: Mutex::default(),
            shop: Mutex::default(),
            mails: Mutex::default(),
            oidc_key: SigningKey::generate(),
            oidc_codes: Mutex::default(),
            hooks,
            phone: broadcast::channel(PHONE_EVENTS).0,
            runtime: tokio::runtime::Handle::current(),
            stopping: CancellationToken::new(),
        });
        world.seed();
        world
    }

    /// Set once, when the port is known.
    pub(crate) fn set_base_url(&self, url: String) {
        self.app.base_url.set(url).ok();
    }

    /// Forgets everything but the app, the webhook's address and the clock, and seeds anew.
    pub(crate) fn reset(&self) {
        *write(&self.directory) = Directory::default();
        *write(&self.tokens) = Tokens::default();
        *lock(&self.customers) = Customers::default();
        *lock(&self.codes) = Codes::default();
        *lock(&self.dialogs) = Dialogs::default();
        *lock(&self.ledger) = Ledger::default();
        *lock(&self.threads) = Threads::default();
        *lock(&self.media) = MediaStore::default();
        *lock(&self.calls) = CallLog::default();
        *lock(&self.receipts) = ReceiptLog::default();
        *lock(&self.prompts) = PromptLog::default();
        *lock(&self.shop) = ShopLog::default();
        *lock(&self.mails) = MailLog::default();
        *lock(&self.oidc_codes) = OidcCodes::default();
        self.faults.clear();
        self.settings.reset();
        self.seed();
    }

    /// What a newcomer finds in the dialog: two businesses, the second one with two accounts.
    fn seed(&self) {
        let bakery = self.add_business("Çınar Bakery");
        let waba = self.add_waba(&bakery, "Çınar Bakery");
        self.add_number(&waba, "902125550110", "Çınar Bakery");
        let dental = self.add_business("Harbor Dental");
        let main = self.add_waba(&dental, "Harbor Dental");
        self.add_number(&main, "14155550120", "Harbor Dental");
        let kids = self.add_waba(&dental, "Harbor Dental Kids");
        self.add_number(&kids, "14155550121", "Harbor Dental Kids");
    }
}
