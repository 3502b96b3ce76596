//! The dialog's pages as HTML.

use std::fmt::Write as _;

use super::form::{NEW, is_on_phone};
use super::session::{Choice, Dialog, Step, Way};
use crate::sync::{lock, read};
use crate::text::html;
use crate::world::World;

/// The page of the dialog's current step.
pub(crate) fn step(world: &World, dialog: &Dialog) -> String {
    let (title, lead, fields, next) = match dialog.step {
        Step::Business => {
            ("Choose a business portfolio", "It owns your WhatsApp account.", businesses(world, dialog), "Next")
        }
        Step::Waba => {
            ("Choose a WhatsApp Business account", "It holds your numbers and templates.", wabas(world, dialog), "Next")
        }
        Step::Number => ("Choose a phone number", "Customers will write to it.", numbers(world, dialog), "Next"),
        Step::Verify => ("Verify your number", "We sent a code to your number.", verification(dialog), "Verify"),
        Step::Consent => ("Review what you share", "The app asks for this.", consent(world, dialog), "Continue"),
    };
    let problem = dialog
        .problem
        .map_or(String::new(), |problem| format!(r#"<p class="problem" role="alert">{}</p>"#, html(problem)));
    let body = format!(
        r#"<p class="progress">Step {at} of 5</p>
<div class="bar" aria-hidden="true"><span class="done-{at}"></span></div>
<h1>{title}</h1>
<p class="lead">{lead}</p>
{problem}
<form method="post">
{fields}
{buttons}
</form>"#,
        at = dialog.step as usize + 1,
        buttons = buttons(dialog, next),
    );
    frame(title, &body)
}

fn buttons(dialog: &Dialog, next: &str) -> String {
    let back = if dialog.step == Step::Business {
        ""
    } else {
        r#"<button name="action" value="back" class="quiet" formnovalidate>Back</button>"#
    };
    let wrong = match (dialog.step, &dialog.way) {
        (Step::Consent, Way::Redirect { .. }) => pretences(""),
        (Step::Consent, Way::Popup(_)) => pretences(IN_A_WINDOW),
        _ => String::new(),
    };
    // The first button of a form is the one that Enter presses.
    format!(
        r#"<div class="buttons">
<button name="action" value="next" class="main">{next}</button>
{back}
<button name="action" value="cancel" class="quiet" formnovalidate>Cancel</button>
</div>
{wrong}"#
    )
}

/// The branches that nobody takes on purpose, to be tried by hand.
fn pretences(more: &str) -> String {
    format!(
        r#"<details class="aside"><summary>Pretend…</summary>
<label><input type="checkbox" name="shares_all"> All accounts of the business are shared</label>
<label><input type="checkbox" name="without_whatsapp_business_messaging"> Sending and receiving is not permitted</label>
<label><input type="checkbox" name="without_whatsapp_business_management"> Managing the account is not permitted</label>
<label><input type="checkbox" name="stale_code"> The code arrives too late</label>
{more}
<button name="action" value="error" class="link" formnovalidate>Something goes wrong at Meta</button>
</details>"#
    )
}

/// Those of a window that tells the page behind it how it ended.
const IN_A_WINDOW: &str = r#"<label><input type="checkbox" name="loses_code"> The code is lost</label>
<label>The window's message comes <select name="told"><option value="before">before the code</option><option value="after">after the code</option><option value="never">never</option></select></label>
<label>and says <select name="finish"><option value="">what fits</option><option>FINISH_ONLY_WABA</option><option>FINISH_OBO_MIGRATION</option><option>FINISH_GRANT_ONLY_API_ACCESS</option></select></label>
<button name="action" value="broken" class="link" formnovalidate>Something goes wrong, told as older dialogs do</button>"#;

fn businesses(world: &World, dialog: &Dialog) -> String {
    let existing: Vec<Item> = read(&world.directory)
        .businesses()
        .iter()
        .map(|it| Item { id: it.id.clone(), title: it.name.clone(), note: format!("ID {}", it.id) })
        .collect();
    let (chosen, name) = chosen_of(dialog.business.as_ref());
    let fields = text_field("name", "Business name", &name, "organization");
    choices("Business portfolio", &existing, chosen, "Create a business portfolio", &fields)
}

fn wabas(world: &World, dialog: &Dialog) -> String {
    let business = match &dialog.business {
        Some(Choice::Existing(id)) => world.business(id),
        _ => None,
    };
    let wabas = business.map(|it| lock(&it.wabas).clone()).unwrap_or_default();
    let existing: Vec<Item> = wabas
        .iter()
        .map(|it| {
            let note = match lock(&it.numbers).len() {
                1 => "1 number".to_owned(),
                count => format!("{count} numbers"),
            };
            Item { id: it.id.clone(), title: it.name.clone(), note }
        })
        .collect();
    let (chosen, name) = chosen_of(dialog.waba.as_ref());
    let fields = text_field("name", "Account name", &name, "off");
    choices("WhatsApp Business account", &existing, chosen, "Create a WhatsApp Business account", &fields)
}

fn numbers(world: &World, dialog: &Dialog) -> String {
    let waba = match &dialog.waba {
        Some(Choice::Existing(id)) => world.waba(id),
        _ => None,
    };
    let numbers = waba.map(|it| lock(&it.numbers).clone()).unwrap_or_default();
    let existing: Vec<Item> =
        numbers.iter().map(|it| Item { id: it.id.clone(), title: it.display(), note: it.name.clone() }).collect();
    let (chosen, phone, name) = match &dialog.number {
        Some(Choice::Existing(id)) => (Some(id.as_str()), String::new(), String::new()),
        Some(Choice::New(new)) => (Some(NEW), format!("+{}", new.digits), new.name.clone()),
        None => (None, String::new(), String::new()),
    };
    let fields = text_field("phone", "Phone number with country code", &phone, "tel")
        + &text_field("name", "Display name", &name, "organization")
        + r#"<label><input type="checkbox" name="on_phone"> It is in use in the WhatsApp Business app and stays there</label>"#;
    choices("Phone number", &existing, chosen, "Add a new number", &fields)
}

fn verification(dialog: &Dialog) -> String {
    if is_on_phone(dialog) {
        return r#"<p class="message">Scan the code on this page with the WhatsApp Business app, and choose there whether to share the chats. Here there is no phone: go on.</p>"#.to_owned();
    }
    format!(
        r#"<p class="message">A phone that does not exist received: <strong>{code}</strong></p>
<label class="field">Verification code
<input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="7" value="{code}" required autofocus>
</label>"#,
        code = dialog.verification_code
    )
}

fn consent(world: &World, dialog: &Dialog) -> String {
    let mut list = String::new();
    for scope in &dialog.scopes {
        let (title, note) = match scope.as_str() {
            "whatsapp_business_management" => ("Manage your WhatsApp account", "Numbers, templates and their settings"),
            "whatsapp_business_messaging" => ("Send and receive messages", "On the number you chose"),
            _ => ("Your public profile", "Name and picture"),
        };
        let _ = write!(list, "<li><strong>{title}</strong><span>{note}</span><code>{scope}</code></li>");
    }
    format!(
        r#"<dl class="summary"><div><dt>Business</dt><dd>{}</dd></div><div><dt>WhatsApp account</dt><dd>{}</dd></div><div><dt>Number</dt><dd dir="ltr">{}</dd></div></dl>
<ul class="permissions">{list}</ul>"#,
        html(&chosen_name(dialog.business.as_ref(), |id| Some(world.business(id)?.name.clone()))),
        html(&chosen_name(dialog.waba.as_ref(), |id| Some(world.waba(id)?.name.clone()))),
        html(&match &dialog.number {
            Some(Choice::Existing(id)) => world.number(id).map(|it| it.display()).unwrap_or_default(),
            Some(Choice::New(new)) => format!("+{}", new.digits),
            None => String::new(),
        }),
    )
}

fn chosen_name(choice: Option<&Choice<String>>, name: impl Fn(&str) -> Option<String>) -> String {
    match choice {
        Some(Choice::Existing(id)) => name(id).unwrap_or_default(),
        Some(Choice::New(name)) => name.clone(),
        None => String::new(),
    }
}

/// Something to choose.
struct Item {
    id: String,
    title: String,
    note: String,
}

fn chosen_of(choice: Option<&Choice<String>>) -> (Option<&str>, String) {
    match choice {
        Some(Choice::Existing(id)) => (Some(id), String::new()),
        Some(Choice::New(name)) => (Some(NEW), name.clone()),
        None => (None, String::new()),
    }
}

/// Radio buttons for what exists, and one that opens the fields of something new.
fn choices(legend: &str, items: &[Item], chosen: Option<&str>, new: &str, fields: &str) -> String {
    let chosen = chosen.unwrap_or_else(|| items.first().map_or(NEW, |item| &item.id));
    let checked = |id: &str| if id == chosen { " checked" } else { "" };
    let mut out = format!(r#"<fieldset><legend class="hidden">{legend}</legend>"#);
    for item in items {
        let _ = write!(
            out,
            r#"<label class="choice"><input type="radio" name="choice" value="{}"{}><span class="name" dir="auto">{}</span><span class="note">{}</span></label>"#,
            html(&item.id),
            checked(&item.id),
            html(&item.title),
            html(&item.note),
        );
    }
    let _ = write!(
        out,
        r#"<label class="choice"><input type="radio" name="choice" value="{NEW}"{}><span class="name">{new}</span></label><div class="new">{fields}</div></fieldset>"#,
        checked(NEW),
    );
    out
}

fn text_field(name: &str, label: &str, value: &str, autocomplete: &str) -> String {
    let kind = if name == "phone" { "tel" } else { "text" };
    format!(
        r#"<label class="field">{label}
<input type="{kind}" name="{name}" value="{}" maxlength="100" autocomplete="{autocomplete}">
</label>"#,
        html(value)
    )
}

/// What is shown instead of the dialog when it cannot begin.
pub(crate) fn refused(problem: &str) -> String {
    let body = format!(
        r#"<h1>Sorry, something went wrong</h1><p class="problem" role="alert">{}</p><p class="lead">Go back and check how the sign-up was opened.</p>"#,
        html(problem)
    );
    frame("Sorry, something went wrong", &body)
}

pub(super) fn frame(title: &str, body: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/dialog.css">
</head>
<body class="dialog">
<header><img src="/assets/icon.svg" alt="" width="24" height="24"><span>Simulated Meta</span><span class="who">Nothing here leaves your machine</span></header>
<main>
{body}
</main>
</body>
</html>"#
    )
}
