//! Turkish, spelled without diacritics: number, possession, case, person and the commonest tenses, taken off from the
//! end until nothing more comes off. Negating endings (-siz, -suz) stay: "without" must not match "with".

/// Endings by the number of letters they must leave.
type Endings = [(usize, &'static str)];

/// Endings that take a consonant of their own after a vowel ("araba-sı") but may as well be a shorter ending after a
/// word that ends in that consonant ("adres-i").
const AMBIGUOUS: &Endings = &[(3, "ndan nden nin nun nda nde yla yle si su ya ye yi yu na ne ni nu")];

const PLAIN: &Endings = &[
    (2, "abilirsiniz ebilirsiniz iyorsunuz uyorsunuz abilir ebilir abil ebil iyor uyor"),
    (
        3,
        "diniz dunuz tiniz tunuz dim dum tim tum di du acak ecek acag eceg mak mek lik luk \
         lar ler iniz unuz imiz umuz niz nuz miz muz im um in un \
         dan den tan ten da de ta te la le li lu a e i u",
    ),
    // The first ones are the question particle, which many write as one with its verb.
    (4, "misiniz musunuz miyim muyum miyiz muyuz ma me iz uz ki ti tu"),
];

/// Both readings of a word with an ambiguous ending. Two forms of a word share at least one.
pub(super) fn stems(word: &str) -> [String; 2] {
    [stem(word, &[PLAIN, AMBIGUOUS]), stem(word, &[PLAIN])]
}

fn stem(word: &str, lists: &[&Endings]) -> String {
    let mut stem = word;
    while let Some(shorter) = without_longest_ending(stem, lists) {
        stem = shorter;
    }
    hardened(stem)
}

fn without_longest_ending<'a>(word: &'a str, lists: &[&Endings]) -> Option<&'a str> {
    let endings = lists.iter().copied().flatten();
    let each = endings.flat_map(|(left, endings)| endings.split(' ').map(move |ending| (*left, ending)));
    each.filter_map(|(left, ending)| leaving(word.strip_suffix(ending), left)).min_by_key(|rest| rest.len())
}

fn leaving(rest: Option<&str>, letters: usize) -> Option<&str> {
    rest.filter(|rest| rest.chars().count() >= letters && rest.contains(['a', 'e', 'i', 'o', 'u']))
}

/// Before a vowel "ekmek" softens to "ekmeğ-" and "kitap" to "kitab-": both end up hard.
fn hardened(stem: &str) -> String {
    let hard = match stem.chars().last() {
        Some('g') => 'k',
        Some('b') => 'p',
        Some('d') => 't',
        _ => return stem.to_owned(),
    };
    format!("{}{hard}", &stem[..stem.len() - 1])
}
