//! English: plural, -ing, -ed, and the silent e they hide.

/// Endings must leave this many letters.
const SHORTEST: usize = 3;

pub(super) fn stem(word: &str) -> String {
    let singular = singular(word);
    let verb = without_verb_ending(&singular);
    match verb.strip_suffix('e') {
        Some(rest) if rest.chars().count() >= SHORTEST => rest.to_owned(),
        _ => verb,
    }
}

fn singular(word: &str) -> String {
    if let Some(rest) = strip(word, "ies") {
        return format!("{rest}y");
    }
    let takes_es = ["xes", "ches", "shes", "sses", "zes", "oes"];
    if takes_es.iter().any(|ending| word.ends_with(ending)) {
        return strip(word, "es").unwrap_or(word).to_owned();
    }
    let not_plural = ["ss", "us", "is"];
    if not_plural.iter().any(|ending| word.ends_with(ending)) {
        return word.to_owned();
    }
    strip(word, "s").unwrap_or(word).to_owned()
}

fn without_verb_ending(word: &str) -> String {
    let Some(rest) = strip(word, "ing").or_else(|| strip(word, "ed")) else {
        return word.to_owned();
    };
    if rest.contains(['a', 'e', 'i', 'o', 'u', 'y']) { undoubled(rest).to_owned() } else { word.to_owned() }
}

/// "shipp" of "shipping" is "ship"; "sell" of "selling" and "pass" of "passing" keep both letters.
fn undoubled(stem: &str) -> &str {
    let mut letters = stem.chars().rev();
    match (letters.next(), letters.next()) {
        (Some(last), Some(before)) if last == before && "bdgmnprt".contains(last) => {
            &stem[..stem.len() - last.len_utf8()]
        }
        _ => stem,
    }
}

fn strip<'a>(word: &'a str, ending: &str) -> Option<&'a str> {
    word.strip_suffix(ending).filter(|rest| rest.chars().count() >= SHORTEST)
}
