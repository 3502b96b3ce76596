//! Arabic, after normalisation (ة is ه, أ is ا, ى is ي): the article, one-letter particles, and the endings of number,
//! gender and possession, after the "light" stemmers of Larkey et al. (2002).

const ARTICLES: [&str; 6] = ["وال", "بال", "كال", "فال", "لل", "ال"];
const PARTICLES: [char; 5] = ['و', 'ف', 'ب', 'ك', 'ل'];
/// Of possession and gender; they stand behind those of number.
/// The last one is what is left of the adverbial "ـًا" without its vowel mark.
const OUTER_ENDINGS: [&str; 9] = ["هما", "ها", "كم", "نا", "هم", "يه", "ه", "ي", "ا"];
const INNER_ENDINGS: [&str; 5] = ["ات", "ون", "ين", "ان", "ت"];
/// Articles and endings must leave this many letters.
const SHORTEST: usize = 3;
/// A particle is one letter of many words' own: it comes off only where plenty is left.
const SHORTEST_AFTER_PARTICLE: usize = 4;

pub(super) fn is_arabic(word: &str) -> bool {
    word.chars().next().is_some_and(|c| matches!(c, '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}'))
}

pub(super) fn without_article_and_ending(word: &str) -> String {
    let bare = ARTICLES.iter().find_map(|article| leaving(word.strip_prefix(article), SHORTEST)).unwrap_or(word);
    let [outer, inner] = [&OUTER_ENDINGS[..], &INNER_ENDINGS[..]];
    without_one_of(inner, without_one_of(outer, bare)).to_owned()
}

fn without_one_of<'a>(endings: &[&str], word: &'a str) -> &'a str {
    endings.iter().find_map(|ending| leaving(word.strip_suffix(ending), SHORTEST)).unwrap_or(word)
}

pub(super) fn without_particle(word: &str) -> Option<&str> {
    leaving(word.strip_prefix(PARTICLES), SHORTEST_AFTER_PARTICLE)
}

fn leaving(rest: Option<&str>, letters: usize) -> Option<&str> {
    rest.filter(|rest| rest.chars().count() >= letters)
}
