//! Where somebody is in the dialog and what they chose so far.

use std::collections::{HashMap, VecDeque};

use crate::ids;

/// How many dialogs may be open; the oldest are closed first.
const OPEN_MAX: usize = 1_000;

/// The pages of the dialog, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Business,
    Waba,
    Number,
    Verify,
    Consent,
}

/// Something that exists, or that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice<New> {
    Existing(String),
    New(New),
}

/// A number that is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewNumber {
    pub(crate) digits: String,
    pub(crate) name: String,
    /// It is in use in the WhatsApp Business app and stays there (coexistence).
    pub(crate) on_phone: bool,
}

/// Where the dialog's end is told.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// To whom the browser is sent back.
    Redirect { uri: String, state: Option<String> },
    /// To the page that opened the dialog as a window of its own.
    Popup(Popup),
}

/// A dialog that the JavaScript SDK has opened.
#[derive(Clone, Debug)]
pub(crate) struct Popup {
    /// The origin of the page that has opened it.
    pub(crate) opener: String,
    /// What the SDK knows its own question by.
    pub(crate) question: String,
    /// When the window tells the page how it ended.
    pub(crate) told: Told,
    /// The code never arrives.
    pub(crate) loses_code: bool,
    /// Which finish is told instead of the one that fits.
    pub(crate) finish: Option<String>,
}

/// When the window's own message comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    BeforeCode,
    AfterCode,
    Never,
}

/// One open dialog.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    pub(crate) way: Way,
    pub(crate) scopes: Vec<String>,
    pub(crate) step: Step,
    pub(crate) business: Option<Choice<String>>,
    pub(crate) waba: Option<Choice<String>>,
    pub(crate) number: Option<Choice<NewNumber>>,
    /// The other accounts of the business are shared too.
    pub(crate) shares_all: bool,
    /// The code is too old when it arrives.
    pub(crate) stale_code: bool,
    /// What a text message to the new number would say.
    pub(crate) verification_code: String,
    /// Why the last form was not taken.
    pub(crate) problem: Option<&'static str>,
}

impl Dialog {
    pub(crate) fn new(way: Way, scopes: Vec<String>) -> Self {
        Self {
            way,
            scopes,
            step: Step::Business,
            business: None,
            waba: None,
            number: None,
            shares_all: false,
            stale_code: false,
            verification_code: ids::six_digits(),
            problem: None,
        }
    }

    /// One page back; only a new number has a page to verify it.
    pub(crate) fn back(&mut self) {
        self.problem = None;
        self.step = match self.step {
            Step::Business | Step::Waba => Step::Business,
            Step::Number => Step::Waba,
            Step::Consent if matches!(self.number, Some(Choice::New(_))) => Step::Verify,
            Step::Verify | Step::Consent => Step::Number,
        };
    }
}

/// All open dialogs.
#[derive(Default)]
pub(crate) struct Dialogs {
    open: HashMap<String, Dialog>,
    order: VecDeque<String>,
}

impl Dialogs {
    pub(crate) fn open(&mut self, dialog: Dialog) -> String {
        let id = ids::opaque();
        self.open.insert(id.clone(), dialog);
        self.order.push_back(id.clone());
        if self.order.len() > OPEN_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(&oldest);
        }
        id
    }

    pub(crate) fn get(&self, id: &str) -> Option<Dialog> {
        self.open.get(id).cloned()
    }

    /// Keeps a changed dialog, unless it was closed meanwhile.
    pub(crate) fn put(&mut self, id: &str, dialog: Dialog) {
        if let Some(open) = self.open.get_mut(id) {
            *open = dialog;
        }
    }

    pub(crate) fn close(&mut self, id: &str) {
        self.open.remove(id);
    }
}
