//! Who is meant: phone numbers, business-scoped user ids, and the contacts that come with a message.

use std::collections::HashMap;

use serde_json::Value;
use switchboard_inbox::incoming::Party;

use super::{
    json::{self, Lenient},
    place::Spot,
};

/// The members that name somebody; the first that is there counts.
pub(super) struct Keys {
    address: &'static [&'static str],
    user_id: &'static [&'static str],
    parent_user_id: &'static [&'static str],
}

pub(super) const SENDER: Keys =
    Keys { address: &["from"], user_id: &["from_user_id"], parent_user_id: &["from_parent_user_id"] };

pub(super) const RECEIVER: Keys =
    Keys { address: &["to", "recipient"], user_id: &["to_user_id"], parent_user_id: &["to_parent_user_id"] };

pub(super) const RECIPIENT: Keys = Keys {
    address: &["recipient_id"],
    user_id: &["recipient_user_id"],
    // Meta's pages disagree on the order of the words.
    parent_user_id: &["recipient_parent_user_id", "parent_recipient_user_id"],
};

pub(super) const CONTACT: Keys =
    Keys { address: &["wa_id", "phone_number"], user_id: &["user_id"], parent_user_id: &["parent_user_id"] };

/// Somebody, as far as one object names them.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    pub(super) party: Party,
    /// A user id of no shape Meta documents. Such ones were seen; they serve where nothing better is known.
    doubtful_user_id: Option<String>,
}

impl Named {
    pub(super) fn read(object: &Value, keys: &Keys) -> Self {
        let first = |keys: &[&str]| keys.iter().find_map(|key| object.id(key));
        let mut named = first(keys.address).map_or_else(Self::default, |address| Self::by_address(&address));
        match first(keys.user_id) {
            Some(id) if is_user_id(&id) => named.party.user_id = Some(id),
            doubtful => named.doubtful_user_id = doubtful,
        }
        named.party.parent_user_id = first(keys.parent_user_id);
        named
    }

    /// Where a phone belongs, a user id was seen too: the shape tells. What is neither names nobody.
    pub(super) fn by_address(address: &str) -> Self {
        let phone = digits(address);
        let user_id = is_user_id(address).then(|| address.to_owned());
        Self::from(Party { phone, user_id, ..Party::default() })
    }

    fn contact(object: &Value) -> Self {
        let mut named = Self::read(object, &CONTACT);
        if let Some(profile) = object.get("profile") {
            named.party.name = profile.text("name").map(json::name);
            named.party.username = profile
                .text("username")
                .map(|username| username.trim_start_matches('@'))
                .filter(|username| !username.is_empty())
                .map(json::name);
        }
        named
    }

    pub(super) fn is_nobody(&self) -> bool {
        self.party.phone.is_none() && self.user_id().is_none()
    }

    fn user_id(&self) -> Option<&String> {
        self.party.user_id.as_ref().or(self.doubtful_user_id.as_ref())
    }

    /// Two people for certain.
    fn contradicts(&self, other: &Self) -> bool {
        let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
        differ(&self.party.phone, &other.party.phone) || differ(&self.party.user_id, &other.party.user_id)
    }

    /// This and what `contact` adds to it. `None` if that still names nobody.
    pub(super) fn completed_by(self, contact: Option<&Self>) -> Option<Party> {
        let Self { mut party, mut doubtful_user_id } = self;
        if let Some(Self { party: known, doubtful_user_id: doubtful }) = contact {
            party.phone = party.phone.or_else(|| known.phone.clone());
            party.user_id = party.user_id.or_else(|| known.user_id.clone());
            party.parent_user_id = party.parent_user_id.or_else(|| known.parent_user_id.clone());
            party.username = party.username.or_else(|| known.username.clone());
            party.name = party.name.or_else(|| known.name.clone());
            doubtful_user_id = doubtful_user_id.or_else(|| doubtful.clone());
        }
        if party.phone.is_none() && party.user_id.is_none() {
            party.user_id = Some(doubtful_user_id?);
        }
        Some(party)
    }
}

impl From<Party> for Named {
    fn from(party: Party) -> Self {
        Self { party, doubtful_user_id: None }
    }
}

/// The `contacts` of one object.
#[derive(Debug)]
pub(super) struct Contacts {
    all: Vec<Named>,
    by_phone: HashMap<String, usize>,
    by_user_id: HashMap<String, usize>,
}

impl Contacts {
    pub(super) fn of(holder: &Spot<'_>) -> Self {
        let all: Vec<Named> = holder.each("contacts").iter().map(|contact| Named::contact(contact.value)).collect();
        let mut by_phone = HashMap::new();
        let mut by_user_id = HashMap::new();
        for (index, contact) in all.iter().enumerate() {
            if let Some(phone) = &contact.party.phone {
                by_phone.entry(phone.clone()).or_insert(index);
            }
            if let Some(user_id) = contact.user_id() {
                by_user_id.entry(user_id.clone()).or_insert(index);
            }
        }
        Self { all, by_phone, by_user_id }
    }

    /// The contact of `somebody`: one with the same phone or user id, else the only one there is. Never one that names
    /// somebody else: joining two people's ids would show one the other's conversation.
    pub(super) fn find(&self, somebody: &Named) -> Option<usize> {
        let same_phone = somebody.party.phone.as_ref().and_then(|phone| self.by_phone.get(phone)).copied();
        let same_user_id = somebody.user_id().and_then(|id| self.by_user_id.get(id)).copied();
        let only = (self.all.len() == 1).then_some(0);
        [same_phone, same_user_id, only].into_iter().flatten().find(|index| !self.all[*index].contradicts(somebody))
    }

    pub(super) fn get(&self, index: usize) -> Option<&Named> {
        self.all.get(index)
    }
}

/// A phone number's digits, whichever way it is written. `None` for anything that is no phone number.
pub(super) fn digits(phone: &str) -> Option<String> {
    const LONGEST: usize = 32;
    let written = phone.trim().trim_start_matches('+');
    let digits: String = written.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}')).collect();
    let sound = (1..=LONGEST).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    sound.then_some(digits)
}

/// `<ISO country>.<up to 128 alphanumerics>`, with `ENT.` between for the id within a parent portfolio.
/// Source: Meta, business-scoped user IDs.
pub(super) fn is_user_id(text: &str) -> bool {
    let Some((country, id)) = text.split_once('.') else {
        return false;
    };
    let id = id.strip_prefix("ENT.").unwrap_or(id);
    country.len() == 2
        && country.bytes().all(|letter| letter.is_ascii_alphabetic())
        && (1..=128).contains(&id.len())
        && id.bytes().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("16505551234", Some("16505551234"))]
    #[case("+1 (650) 555-1234", Some("16505551234"))]
    #[case("0", Some("0"))]
    #[case("", None)]
    #[case("+", None)]
    #[case("1650555123a", None)]
    #[case("١٢٣", None)]
    #[case("US.13491208655302741918", None)]
    fn a_phone_is_its_digits(#[case] written: &str, #[case] read: Option<&str>) {
        assert_eq!(digits(written).as_deref(), read);
    }

    #[rstest]
    #[case("US.13491208655302741918", true)]
    #[case("US.ENT.11815799212886844830", true)]
    #[case("13491208655302741918", false)]
    #[case("US.", false)]
    #[case("US.ENT.", false)]
    #[case("USA.1349", false)]
    #[case("US.13-49", false)]
    fn a_user_id_has_a_country(#[case] text: &str, #[case] is: bool) {
        assert_eq!(is_user_id(text), is);
        assert!(!is_user_id(&format!("US.{}", "1".repeat(129))));
    }
}
