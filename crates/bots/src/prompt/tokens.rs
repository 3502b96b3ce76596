//! How long a text is to a model.

/// About as many tokens as today's models make of a text, rather more than fewer: each has a vocabulary of its own, and
/// none is worth tens of megabytes of memory here. Latin letters come about four to a token, other alphabets two, and
/// what is written without an alphabet one.
pub fn tokens(text: &str) -> usize {
    let quarters: usize = text
        .chars()
        .map(|c| match c {
            '\0'..='\u{7f}' => 1,
            '\u{80}'..='\u{7ff}' => 2,
            _ => 4,
        })
        .sum();
    quarters.div_ceil(4)
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn a_token_is_four_letters_of_english_two_of_arabic_and_one_sign_of_chinese() {
        assert_eq!((tokens(""), tokens("bread"), tokens("opening hours")), (0, 2, 4));
        assert_eq!(tokens("مواعيد"), 3);
        assert_eq!(tokens("面包店"), 3);
    }
}
