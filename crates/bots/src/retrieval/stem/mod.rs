//! Light stemming: endings that change with grammar are taken off, the meaning is left alone. It errs on the side of
//! leaving a word as it is, because two words wrongly made one lead to wrong answers.

mod arabic;
mod english;
mod turkish;

/// The stems under which one normalised word is indexed and looked up: two texts share a word when they share a stem.
pub(super) fn stems(word: &str) -> Vec<String> {
    let mut stems = Vec::with_capacity(3);
    if arabic::is_arabic(word) {
        stems.push(arabic::without_article_and_ending(word));
        stems.extend(arabic::without_particle(word).map(arabic::without_article_and_ending));
    } else {
        stems.push(english::stem(word));
        stems.extend(turkish::stems(word));
    }
    // In English and in Turkish they are often the same, not always side by side.
    let mut distinct: Vec<String> = Vec::with_capacity(stems.len());
    for stem in stems {
        if !distinct.contains(&stem) {
            distinct.push(stem);
        }
    }
    distinct
}

/// The most stripped forms, for comparing words with the entries of a word list.
pub(super) fn roots(word: &str) -> [String; 2] {
    if arabic::is_arabic(word) {
        let bare = arabic::without_particle(word).unwrap_or(word);
        [word, bare].map(arabic::without_article_and_ending)
    } else {
        turkish::stems(&english::stem(word))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::stems;
    use crate::retrieval::normalise;

    fn meet(one: &str, other: &str) -> bool {
        let others = stems(&normalise(other));
        stems(&normalise(one)).iter().any(|stem| others.contains(stem))
    }

    #[rstest]
    #[case("cakes", "cake")]
    #[case("deliveries", "delivery")]
    #[case("boxes", "box")]
    #[case("shipping", "shipped")]
    #[case("baking", "bake")]
    #[case("opened", "opening")]
    #[case("siparişlerim", "sipariş")]
    #[case("siparişimi", "siparişiniz")]
    #[case("takibi", "takip")]
    #[case("ekmeğiniz", "ekmek")]
    #[case("fiyatları", "fiyat")]
    #[case("pastayı", "pastalar")]
    #[case("şubeleriniz", "şube")]
    #[case("adresinizde", "adresi")]
    #[case("çikolatalı", "çikolata")]
    #[case("adresi", "adres")]
    #[case("pastası", "pasta")]
    #[case("salonu", "salon")]
    #[case("kapanıyorsunuz", "kapanıyor")]
    #[case("التوصيل", "توصيل")]
    #[case("والتوصيل", "للتوصيل")]
    #[case("لتوصيل", "التوصيل")]
    #[case("بالبطاقة", "بطاقة")]
    #[case("عنوانكم", "العنوان")]
    #[case("الكعكات", "كعكة")]
    #[case("الكرواسون", "كرواسون")]
    fn forms_of_a_word_meet(#[case] one: &str, #[case] other: &str) {
        assert!(meet(one, other), "{:?} {:?}", stems(&normalise(one)), stems(&normalise(other)));
    }

    #[rstest]
    #[case("cake", "coffee")]
    #[case("glutensiz", "glutenli")]
    #[case("kasa", "kargo")]
    #[case("kitap", "kutu")]
    #[case("كتاب", "تاب")]
    #[case("لحم", "حمام")]
    fn different_words_stay_apart(#[case] one: &str, #[case] other: &str) {
        assert!(!meet(one, other), "{:?} {:?}", stems(&normalise(one)), stems(&normalise(other)));
    }

    proptest! {
        #[test]
        fn any_word_has_a_stem_no_longer_than_itself(word in "\\PC{1,20}") {
            let word = normalise(&word);
            for stem in stems(&word) {
                prop_assert!(stem.chars().count() <= word.chars().count());
            }
        }
    }
}
