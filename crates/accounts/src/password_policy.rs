use secrecy::{ExposeSecret, SecretString};

use crate::FieldError;

/// In characters.
const MIN_LEN: usize = 10;
/// In characters. Bounds the work an attacker can ask for.
const MAX_LEN: usize = 200;

/// The passwords of at least [`MIN_LEN`] characters that guessing lists begin with, in lower case.
const COMMONEST: &[&str] = &[
    "0123456789",
    "0987654321",
    "1020304050",
    "1111111111",
    "1122334455",
    "12341234123",
    "1234512345",
    "1234554321",
    "1234567890",
    "12345678900",
    "12345678901",
    "123456789a",
    "123456789q",
    "1234567891",
    "12345678910",
    "123456qwerty",
    "1234qwerasdf",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qazxsw23edc",
    "9876543210",
    "a123456789",
    "aa12345678",
    "aa123456789",
    "abcd123456",
    "abcdefghij",
    "administrator",
    "adminadmin",
    "administrador",
    "asdfghjkl1",
    "asdfghjkl;",
    "baseball123",
    "basketball",
    "besiktas1903",
    "chocolate1",
    "changeme123",
    "confidential",
    "fenerbahce",
    "fenerbahce1907",
    "football123",
    "galatasaray",
    "galatasaray1905",
    "helloworld",
    "iloveyou123",
    "iloveyou12",
    "letmein123",
    "liverpool1",
    "manchester",
    "manchesterunited",
    "monkey1234",
    "mypassword",
    "pa55word123",
    "passw0rd123",
    "password01",
    "password1!",
    "password10",
    "password11",
    "password12",
    "password123",
    "password1234",
    "password12345",
    "password2024",
    "password2025",
    "password2026",
    "passwordpassword",
    "q1w2e3r4t5",
    "q1w2e3r4t5y6",
    "qazwsxedcrfv",
    "qwer123456",
    "qwerty1234",
    "qwerty12345",
    "qwerty123456",
    "qwertyqwerty",
    "qwertyuiop",
    "qwertyuiop123",
    "qwertyuiop[]",
    "rockyou123",
    "starwars123",
    "sunshine123",
    "superman123",
    "trabzonspor",
    "welcome123",
    "welcome1234",
    "whatsapp123",
    "whatsapp1234",
    "zaq12wsxcde",
    "zxcvbnm123",
];

/// Whether `password` may be `person`'s. What counts is length and not being guessable; no rules of digits and signs
/// (NIST SP 800-63B, §3.1.1.2).
pub(crate) fn check(password: &SecretString, email: &str, name: &str) -> Result<(), FieldError> {
    let password = password.expose_secret();
    let refusal = |message: &str| Err(FieldError::new("password", message));
    let len = password.chars().count();
    if len < MIN_LEN {
        return refusal("must have at least 10 characters");
    }
    if len > MAX_LEN {
        return refusal("must have at most 200 characters");
    }
    let lower = password.to_lowercase();
    if lower == email || lower == name.to_lowercase() {
        return refusal("must not be your name or your e-mail address");
    }
    let first = lower.chars().next();
    if COMMONEST.contains(&lower.as_str()) || lower.chars().all(|c| Some(c) == first) {
        return refusal("is among the first that are guessed; choose another");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(password: &str) -> Option<String> {
        check(&password.into(), "ayse@example.com", "Ayşe Bakır Usta").err().map(|error| error.message)
    }

    #[test]
    fn a_long_password_nobody_guesses_is_taken() {
        for password in ["correct horse battery", "ğüşiöçğüşi", &"ab".repeat(100)] {
            assert_eq!(refusal(password), None, "{password}");
        }
    }

    #[test]
    fn short_long_personal_and_common_passwords_are_refused() {
        for password in
            ["123456789", &"ab".repeat(101), "Ayse@Example.com", "ayşe bakır usta", "Password123", "aaaaaaaaaaaaaaaa"]
        {
            assert!(refusal(password).is_some(), "{password}");
        }
    }

    #[test]
    fn the_list_holds_only_what_the_other_rules_let_through() {
        for password in COMMONEST {
            assert!(password.len() >= MIN_LEN && *password == password.to_lowercase(), "{password}");
        }
    }
}
