use crate::FieldError;

/// The longest address that can be delivered to (RFC 5321, §4.5.3.1.3, less the angle brackets).
const MAX_LEN: usize = 254;

/// An e-mail address as it is stored and looked up: trimmed, in lower case.
///
/// Checked for what a mistyped address gets wrong and no further: only a mail that arrives proves an address.
pub(crate) fn parse(text: &str) -> Result<String, FieldError> {
    let email = text.trim().to_lowercase();
    let plausible = email.len() <= MAX_LEN
        && !email.contains(|c: char| c.is_whitespace() || c.is_control())
        && email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && is_domain(domain));
    if plausible { Ok(email) } else { Err(FieldError::new("email", "is not an e-mail address")) }
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.') && domain.split('.').all(|label| !label.is_empty() && !label.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_address_is_trimmed_and_put_in_lower_case() {
        assert_eq!(parse(" Ayşe.B@Example.COM ").unwrap(), "ayşe.b@example.com");
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for text in
            ["", "a", "a@", "@b.c", "a@b", "a@b..c", "a b@c.d", "a@b@c.d", "a@.c", &format!("{}@b.c", "a".repeat(251))]
        {
            assert_eq!(parse(text).unwrap_err().field, "email", "{text}");
        }
    }
}
