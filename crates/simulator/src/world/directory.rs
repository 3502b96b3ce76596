//! Businesses, their WhatsApp Business Accounts (WABAs) and the numbers of those.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use super::World;
use super::templates::Template;
use crate::sync::{lock, read, write};

/// All of them by id, and in the order they were made.
#[derive(Default)]
pub(crate) struct Directory {
    businesses: HashMap<String, Arc<Business>>,
    wabas: HashMap<String, Arc<Waba>>,
    numbers: HashMap<String, Arc<Number>>,
    business_order: Vec<Arc<Business>>,
    number_order: Vec<Arc<Number>>,
}

/// A business portfolio.
pub(crate) struct Business {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) wabas: Mutex<Vec<Arc<Waba>>>,
    /// WABAs shared with the app, the most recent first, as `debug_token` lists them.
    pub(crate) granted: Mutex<Vec<String>>,
}

/// A WhatsApp Business Account.
pub(crate) struct Waba {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) business_id: String,
    pub(crate) numbers: Mutex<Vec<Arc<Number>>>,
    pub(crate) state: Mutex<WabaState>,
}

/// What changes about a WABA.
#[derive(Default)]
pub(crate) struct WabaState {
    /// Only subscribed WABAs send webhooks to the app.
    pub(crate) subscribed: bool,
    /// Takes the `messages` webhooks of this WABA instead of the app's callback.
    pub(crate) override_callback: Option<String>,
    pub(crate) templates: Vec<Template>,
}

/// A business phone number.
pub(crate) struct Number {
    pub(crate) id: String,
    pub(crate) waba_id: String,
    pub(crate) business_id: String,
    /// E.164 without the plus, as webhooks show it.
    pub(crate) digits: String,
    pub(crate) name: String,
    pub(crate) state: Mutex<NumberState>,
}

/// What changes about a number.
pub(crate) struct NumberState {
    pub(crate) registered: bool,
    pub(crate) verified: bool,
    /// Also in use in the WhatsApp Business app on a phone (coexistence).
    pub(crate) on_biz_app: bool,
    pub(crate) pin: Option<String>,
    /// When registering or deregistering was tried, in milliseconds.
    pub(crate) attempts: VecDeque<i64>,
    pub(crate) override_callback: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`.
    pub(crate) quality: String,
    /// Instead of what registration makes of it: `BANNED`, `RESTRICTED`, …
    pub(crate) status: Option<String>,
    /// `APPROVED`, `DECLINED`, …
    pub(crate) name_status: String,
    /// The kinds of app data that were asked for; each may be asked for once.
    pub(crate) synced: HashSet<String>,
}

impl Directory {
    pub(crate) fn businesses(&self) -> &[Arc<Business>] {
        &self.business_order
    }

    pub(crate) fn numbers(&self) -> &[Arc<Number>] {
        &self.number_order
    }
}

impl Number {
    /// As Meta shows it to people: `+902125550110`.
    pub(crate) fn display(&self) -> String {
        format!("+{}", self.digits)
    }
}

impl World {
    pub(crate) fn business(&self, id: &str) -> Option<Arc<Business>> {
        read(&self.directory).businesses.get(id).cloned()
    }

    pub(crate) fn waba(&self, id: &str) -> Option<Arc<Waba>> {
        read(&self.directory).wabas.get(id).cloned()
    }

    pub(crate) fn number(&self, id: &str) -> Option<Arc<Number>> {
        read(&self.directory).numbers.get(id).cloned()
    }

    pub(crate) fn add_business(&self, name: &str) -> Arc<Business> {
        let business = Arc::new(Business {
            id: self.ids.business(),
            name: name.to_owned(),
            wabas: Mutex::default(),
            granted: Mutex::default(),
        });
        let mut directory = write(&self.directory);
        directory.businesses.insert(business.id.clone(), Arc::clone(&business));
        directory.business_order.push(Arc::clone(&business));
        business
    }

    pub(crate) fn add_waba(&self, business: &Business, name: &str) -> Arc<Waba> {
        let waba = Arc::new(Waba {
            id: self.ids.waba(),
            name: name.to_owned(),
            business_id: business.id.clone(),
            numbers: Mutex::default(),
            state: Mutex::new(WabaState {
                templates: vec![Template::hello_world(self.ids.template())],
                ..WabaState::default()
            }),
        });
        write(&self.directory).wabas.insert(waba.id.clone(), Arc::clone(&waba));
        lock(&business.wabas).push(Arc::clone(&waba));
        waba
    }

    /// A verified number that still has to be registered.
    pub(crate) fn add_number(&self, waba: &Waba, digits: &str, name: &str) -> Arc<Number> {
        let number = Arc::new(Number {
            id: self.ids.number(),
            waba_id: waba.id.clone(),
            business_id: waba.business_id.clone(),
            digits: digits.to_owned(),
            name: name.to_owned(),
            state: Mutex::new(NumberState {
                registered: false,
                verified: true,
                on_biz_app: false,
                pin: None,
                attempts: VecDeque::new(),
                override_callback: None,
                quality: "GREEN".to_owned(),
                status: None,
                name_status: "APPROVED".to_owned(),
                synced: HashSet::new(),
            }),
        });
        let mut directory = write(&self.directory);
        directory.numbers.insert(number.id.clone(), Arc::clone(&number));
        directory.number_order.push(Arc::clone(&number));
        drop(directory);
        lock(&waba.numbers).push(Arc::clone(&number));
        number
    }

    /// Shares a WABA with the app: it becomes the most recent one of its business.
    pub(crate) fn grant(&self, waba: &Waba) {
        if let Some(business) = self.business(&waba.business_id) {
            let mut granted = lock(&business.granted);
            granted.retain(|id| *id != waba.id);
            granted.insert(0, waba.id.clone());
        }
    }
}
