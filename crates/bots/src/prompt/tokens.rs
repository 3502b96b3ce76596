//! How long a text is to a model.

use std::borrow::Cow;

/// Stands for what was left out.
const MORE: &str = " […]";

/// About as many tokens as today's models make of a text, rather more than fewer: each has a vocabulary of its own, and
/// none is worth tens of megabytes of memory here. Latin letters come about four to a token, other alphabets two, and
/// what is written without an alphabet one.
pub fn tokens(text: &str) -> usize {
    text.chars().map(quarters).sum::<usize>().div_ceil(4)
}

/// The beginning of a text, of about so many tokens, and a mark where there was more.
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if tokens(text) <= most {
        return Cow::Borrowed(text);
    }
    let mut left = most.saturating_sub(tokens(MORE)) * 4;
    let fits = |c: &char| {
        let fits = quarters(*c) <= left;
        left = left.saturating_sub(quarters(*c));
        fits
    };
    let beginning: String = text.chars().take_while(fits).collect();
    Cow::Owned(beginning + MORE)
}

/// Of a token.
fn quarters(c: char) -> usize {
    match c {
        '\0'..='\u{7f}' => 1,
        '\u{80}'..='\u{7ff}' => 2,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{shortened, tokens};

    #[test]
    fn a_token_is_four_letters_of_english_two_of_arabic_and_one_sign_of_chinese() {
        assert_eq!((tokens(""), tokens("bread"), tokens("opening hours")), (0, 2, 4));
        assert_eq!(tokens("مواعيد"), 3);
        assert_eq!(tokens("面包店"), 3);
    }

    #[test]
    fn of_a_long_text_the_beginning_is_kept() {
        assert_eq!(shortened("opening hours", 4), "opening hours");
        assert_eq!(shortened("opening hours of all our shops", 5), "opening hour […]");
    }

    proptest! {
        #[test]
        fn what_is_shortened_is_as_short_as_it_is_to_be(text in "[a-zÀ-ž面 ]{0,200}", most in 2_usize..40) {
            prop_assert!(tokens(&shortened(&text, most)) <= most);
        }
    }
}
