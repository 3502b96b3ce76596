//! Which of the accounts and numbers that Meta offers is meant.

use switchboard_graph_client::PhoneNumber;

/// The browser's account, if the token covers it; else the one Meta lists first, which is the most recent.
pub(super) fn waba<'a>(granted: &[&'a str], hint: Option<&str>) -> Option<&'a str> {
    let hinted = granted.iter().find(|id| Some(**id) == hint);
    hinted.or_else(|| granted.first()).copied()
}

/// The first of the wanted numbers that is listed; else, with `on_phone`, the first that is in use in the phone app; else
/// the first listed.
pub(super) fn number(listed: Vec<PhoneNumber>, wanted: [Option<&str>; 2], on_phone: bool) -> Option<PhoneNumber> {
    let named = wanted.into_iter().flatten().find_map(|id| listed.iter().position(|number| number.id == id));
    let position = named.or_else(|| listed.iter().position(|number| on_phone && number.is_on_biz_app == Some(true)));
    listed.into_iter().nth(position.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_chooses_only_among_what_was_granted() {
        let granted = ["1", "2"];
        assert_eq!(waba(&granted, Some("2")), Some("2"));
        assert_eq!(waba(&granted, Some("3")), Some("1"));
        assert_eq!(waba(&granted, None), Some("1"));
        assert_eq!(waba(&[], Some("3")), None);
    }
}
