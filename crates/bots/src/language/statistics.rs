//! What statistics say of a text, where its letters are those of several languages.

use std::sync::LazyLock;

use whatlang::{Detector, Lang as Judged};
use whichlang::Lang;

use super::Language;

/// English and Turkish are told well, and the judge takes short ones for anything: it has to be this sure.
const SURE: f64 = 0.5;

/// The languages that are told, as far as they share their letters with others.
const TOLD: [Judged; 16] = [
    Judged::Ara,
    Judged::Cmn,
    Judged::Deu,
    Judged::Eng,
    Judged::Fra,
    Judged::Hin,
    Judged::Ita,
    Judged::Jpn,
    Judged::Kor,
    Judged::Nld,
    Judged::Por,
    Judged::Rus,
    Judged::Spa,
    Judged::Swe,
    Judged::Tur,
    Judged::Vie,
];
/// Those that pass for one of them.
const STRANGERS: [Judged; 13] = [
    Judged::Bul,
    Judged::Ces,
    Judged::Dan,
    Judged::Fin,
    Judged::Hrv,
    Judged::Hun,
    Judged::Ind,
    Judged::Nob,
    Judged::Pol,
    Judged::Ron,
    Judged::Slk,
    Judged::Srp,
    Judged::Tgl,
];

static JUDGE: LazyLock<Detector> = LazyLock::new(|| Detector::with_allowlist([&TOLD[..], &STRANGERS].concat()));

/// The likeliest of the languages that are told.
pub(super) fn likeliest(text: &str) -> Language {
    Language::from_code(code(whichlang::detect_language(text)))
}

/// The likeliest, unless it is likelier to be in none of them: asked for one of sixteen, statistics name one for Polish
/// and for Indonesian too.
pub(super) fn believed(text: &str) -> Option<Language> {
    let told = likeliest(text);
    let Some(judged) = JUDGE.detect(text) else { return Some(told) };
    let is_stranger = STRANGERS.contains(&judged.lang());
    let is_believed = match &told {
        Language::En | Language::Tr => !is_stranger || judged.confidence() < SURE,
        // What looks like nothing else.
        Language::Other(code) if code == "vi" => judged.lang() == Judged::Vie,
        _ => !is_stranger,
    };
    is_believed.then_some(told)
}

fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}
