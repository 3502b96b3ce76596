//! Small helpers on text that several parts need.

/// Escapes text for HTML, in elements and in quoted attributes.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(ch),
        }
    }
    out
}

/// The digits of a phone as people write it, or `None` when it is not one (E.164: 7 to 15 digits).
pub(crate) fn phone_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|ch| !matches!(ch, '+' | ' ' | '-' | '(' | ')' | '.')).collect();
    let plausible = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plausible.then_some(digits)
}

/// A business-scoped user id: country, optionally `ENT`, up to 128 letters and digits.
pub(crate) fn is_user_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else {
        return false;
    };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_read_as_people_write_them() {
        assert_eq!(phone_digits("+90 (530) 111-22.33").as_deref(), Some("905301112233"));
        assert_eq!(phone_digits("12345"), None);
        assert_eq!(phone_digits("call me"), None);
    }

    #[test]
    fn user_ids_have_a_country_and_a_body() {
        assert!(is_user_id("US.13491208655302741918"));
        assert!(is_user_id("US.ENT.11815799212886844830"));
        assert!(!is_user_id("us.1"));
        assert!(!is_user_id("US."));
        assert!(!is_user_id("16505551234"));
    }

    #[test]
    fn html_cannot_leave_an_attribute() {
        assert_eq!(html(r#"<a href="x">'&"#), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    }
}
