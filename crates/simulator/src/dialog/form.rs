//! Taking what somebody filled in on a page of the dialog.

use std::collections::HashMap;

use super::session::{Choice, Dialog, NewNumber, Step, Told, Way};
use crate::sync::lock;
use crate::text::phone_digits;
use crate::world::World;

type Form = HashMap<String, String>;

/// The value of the choice that makes something new.
pub(crate) const NEW: &str = "new";

/// Takes the form of the current step and goes on to the next page, or says what is missing.
pub(crate) fn submit(world: &World, dialog: &mut Dialog, form: &Form) -> Result<(), &'static str> {
    match dialog.step {
        Step::Business => choose_business(world, dialog, form),
        Step::Waba => choose_waba(world, dialog, form),
        Step::Number => choose_number(world, dialog, form),
        Step::Verify => verify(dialog, form),
        Step::Consent => Ok(()),
    }
}

fn choose_business(world: &World, dialog: &mut Dialog, form: &Form) -> Result<(), &'static str> {
    let choice = named_choice(form, "Enter a name for the new business portfolio.")?;
    if let Choice::Existing(id) = &choice {
        world.business(id).ok_or("Choose a business portfolio.")?;
    }
    if dialog.business.as_ref() != Some(&choice) {
        dialog.waba = None;
        dialog.number = None;
    }
    dialog.business = Some(choice);
    dialog.step = Step::Waba;
    Ok(())
}

fn choose_waba(world: &World, dialog: &mut Dialog, form: &Form) -> Result<(), &'static str> {
    let choice = named_choice(form, "Enter a name for the new WhatsApp Business account.")?;
    if let Choice::Existing(id) = &choice {
        let waba = world.waba(id).ok_or("Choose a WhatsApp Business account.")?;
        if dialog.business != Some(Choice::Existing(waba.business_id.clone())) {
            return Err("Choose a WhatsApp Business account.");
        }
    }
    if dialog.waba.as_ref() != Some(&choice) {
        dialog.number = None;
    }
    dialog.waba = Some(choice);
    dialog.step = Step::Number;
    Ok(())
}

fn choose_number(world: &World, dialog: &mut Dialog, form: &Form) -> Result<(), &'static str> {
    if chosen(form)? == NEW {
        let digits = form.get("phone").and_then(|phone| phone_digits(phone));
        let digits = digits.ok_or("Enter a phone number with its country code, such as +90 212 555 01 10.")?;
        let name = text(form, "name").ok_or("Enter a display name for the number.")?;
        let on_phone = form.contains_key("on_phone");
        dialog.number = Some(Choice::New(NewNumber { digits, name, on_phone }));
        dialog.step = Step::Verify;
        return Ok(());
    }
    let number = world.number(chosen(form)?).ok_or("Choose a number.")?;
    if dialog.waba != Some(Choice::Existing(number.waba_id.clone())) {
        return Err("Choose a number.");
    }
    let is_verified = lock(&number.state).verified;
    if !is_verified {
        return Err("This number is not verified yet.");
    }
    dialog.number = Some(Choice::Existing(number.id.clone()));
    dialog.step = Step::Consent;
    Ok(())
}

/// Any six digits do: there is no phone that could have received others.
fn verify(dialog: &mut Dialog, form: &Form) -> Result<(), &'static str> {
    if is_on_phone(dialog) {
        dialog.step = Step::Consent;
        return Ok(());
    }
    let code: String = form.get("code").map(|it| it.split_whitespace().collect()).unwrap_or_default();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err("Enter the six digits of the code.");
    }
    dialog.step = Step::Consent;
    Ok(())
}

/// Whether the new number is verified by scanning a code with the phone app.
pub(crate) fn is_on_phone(dialog: &Dialog) -> bool {
    matches!(&dialog.number, Some(Choice::New(number)) if number.on_phone)
}

/// Takes what somebody pretends on the last page.
pub(crate) fn pretend(dialog: &mut Dialog, form: &Form) {
    dialog.scopes.retain(|scope| !form.contains_key(&format!("without_{scope}")));
    dialog.shares_all = form.contains_key("shares_all");
    dialog.stale_code = form.contains_key("stale_code");
    if let Way::Popup(popup) = &mut dialog.way {
        popup.told = match form.get("told").map(String::as_str) {
            Some("after") => Told::AfterCode,
            Some("never") => Told::Never,
            _ => Told::BeforeCode,
        };
        popup.loses_code = form.contains_key("loses_code");
        popup.finish = text(form, "finish");
    }
}

fn named_choice(form: &Form, without_name: &'static str) -> Result<Choice<String>, &'static str> {
    let chosen = chosen(form)?;
    if chosen == NEW {
        return text(form, "name").map(Choice::New).ok_or(without_name);
    }
    Ok(Choice::Existing(chosen.to_owned()))
}

fn chosen(form: &Form) -> Result<&str, &'static str> {
    form.get("choice").map(String::as_str).ok_or("Choose one of these.")
}

fn text(form: &Form, name: &str) -> Option<String> {
    let text = form.get(name)?.trim();
    (!text.is_empty() && text.chars().count() <= 100).then(|| text.to_owned())
}
