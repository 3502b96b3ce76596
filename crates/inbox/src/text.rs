//! One spelling for every way of writing the same word.

use unicode_normalization::UnicodeNormalization;

/// Folds compatibility forms, case, Latin diacritics, Turkish dotted and dotless i, Arabic vowel marks, letter forms
/// and digits, and every run of white space. Idempotent. The result is for comparing, never for showing.
pub fn normalise(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_dropped(*c)) {
        fold(c, &mut folded);
    }
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ").nfc().collect()
}

/// Whether a character is part of a word as it is written: also what [`normalise`] drops.
pub(crate) fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || is_dropped(c)
}

/// Marks and invisible characters that never tell two words apart. Other scripts' marks (the vowels of Hindi, the
/// voicing of Japanese) do, so they stay.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}'                                                     // Latin, Greek, Cyrillic accents
        | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}'            // Arabic vowel marks, hamza as a mark
        | '\u{06D6}'..='\u{06DC}' | '\u{06DF}'..='\u{06E8}' | '\u{06EA}'..='\u{06ED}' // Koranic marks
        | '\u{0640}' | 'ء'                                                          // tatweel, hamza on the line
        | '\u{00AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}') // invisible: joiners, directions, variants
}

/// Folds one decomposed character. Decomposition has already turned İ into I, أ إ آ into ا, ؤ into و, ئ into ي.
fn fold(c: char, into: &mut String) {
    match c {
        // Turkish writes I as the capital of ı, everyone else as the capital of i: both spellings meet at i.
        'I' | 'ı' => into.push('i'),
        'ß' | 'ẞ' => into.push_str("ss"),
        'æ' | 'Æ' => into.push_str("ae"),
        'œ' | 'Œ' => into.push_str("oe"),
        'ø' | 'Ø' => into.push('o'),
        'đ' | 'Đ' => into.push('d'),
        'ł' | 'Ł' => into.push('l'),
        'ٱ' => into.push('ا'),
        'ى' | 'ی' => into.push('ي'),
        'ة' | 'ہ' | 'ە' => into.push('ه'),
        'ک' => into.push('ك'),
        '\u{0660}'..='\u{0669}' => push_digit(u32::from(c) - 0x0660, into),
        '\u{06F0}'..='\u{06F9}' => push_digit(u32::from(c) - 0x06F0, into),
        '’' | '‘' | 'ʼ' | '`' => into.push('\''),
        _ => into.extend(c.to_lowercase()),
    }
}

fn push_digit(value: u32, into: &mut String) {
    into.extend(char::from_digit(value, 10));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::normalise;

    #[rstest]
    #[case("AÇIK MISINIZ", "açık mısınız")]
    #[case("açık mısınız", "acik misiniz")]
    #[case("İSTANBUL", "istanbul")]
    #[case("ISPARTA", "ısparta")]
    #[case("Ğ Ş Ç Ö Ü", "g s c o u")]
    #[case("Crème brûlée", "creme brulee")]
    #[case("ﬁne ＷＩＤＥ", "fine wide")]
    #[case("مَرْحَبًا", "مرحبا")]
    #[case("أسعار إلى آخر", "اسعار الي اخر")]
    #[case("مدرسة", "مدرسه")]
    #[case("مســـاء", "مسا")]
    #[case("٢٠٢٦ ۴", "2026 4")]
    #[case("  a \n\t b ", "a b")]
    fn spellings_of_the_same_word_meet(#[case] one: &str, #[case] other: &str) {
        assert_eq!(normalise(one), normalise(other));
    }

    #[test]
    fn vowels_of_other_scripts_stay() {
        assert_ne!(normalise("कि"), normalise("का"));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in any::<String>()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
