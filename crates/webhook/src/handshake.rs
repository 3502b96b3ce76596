use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::token::constant_time_eq;

/// Answers Meta's check that an endpoint belongs to the app, `GET …?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`:
/// the challenge, to be sent back as the whole body (as plain text: it is whatever the caller wrote). `None` refuses.
///
/// Takes as long for a token that is nearly right as for one that is all wrong. An empty `expected` matches nothing.
/// Source: Meta, "Create a webhook endpoint".
pub fn answer(
    mode: Option<&str>,
    token: Option<&str>,
    challenge: Option<&str>,
    expected: &SecretString,
) -> Option<String> {
    let expected = expected.expose_secret();
    let token_is_right = !expected.is_empty() && constant_time_eq(token?.as_bytes(), expected.as_bytes());
    let challenge = challenge.filter(|challenge| !challenge.is_empty())?;
    (mode == Some("subscribe") && token_is_right).then(|| challenge.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Some("subscribe"), Some("vibecoding"), Some("1158201444"), Some("1158201444"))]
    #[case(Some("subscribe"), Some("vibecodinG"), Some("1158201444"), None)]
    #[case(Some("subscribe"), Some("vibe"), Some("1158201444"), None)]
    #[case(Some("subscribe"), Some(""), Some("1158201444"), None)]
    #[case(Some("subscribe"), None, Some("1158201444"), None)]
    #[case(Some("unsubscribe"), Some("vibecoding"), Some("1158201444"), None)]
    #[case(None, Some("vibecoding"), Some("1158201444"), None)]
    #[case(Some("subscribe"), Some("vibecoding"), None, None)]
    #[case(Some("subscribe"), Some("vibecoding"), Some(""), None)]
    fn only_the_right_token_gets_its_challenge_back(
        #[case] mode: Option<&str>,
        #[case] token: Option<&str>,
        #[case] challenge: Option<&str>,
        #[case] answered: Option<&str>,
    ) {
        let expected = SecretString::from("vibecoding");
        assert_eq!(answer(mode, token, challenge, &expected).as_deref(), answered);
    }

    #[test]
    fn an_empty_expectation_matches_nothing() {
        assert_eq!(answer(Some("subscribe"), Some(""), Some("1158201444"), &SecretString::from("")), None);
    }
}
