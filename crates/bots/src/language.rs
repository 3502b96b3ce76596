//! Which language a customer writes in, and the bot's own texts in it.

use whichlang::Lang;

pub use self::texts::Texts;

mod texts;

/// Statistics are believed from this many letters on; below, they guess.
const ENOUGH_LETTERS: usize = 12;
/// Beside names, the statistics are believed from fewer on: the whole text is long enough.
const ENOUGH_BESIDE_NAMES: usize = 8;
/// A sign of Chinese, Japanese or Korean says as much as several letters.
const LETTERS_PER_SIGN: usize = 4;
/// The script of a text is the script of at least this many letters.
const FEWEST_LETTERS: usize = 2;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Language {
    En,
    Tr,
    Ar,
    /// Any other, by its ISO 639-1 code.
    Other(String),
}

impl Language {
    /// From a code such as "tr", "TR" or "tr-TR". A code we have no name for is kept as it is.
    pub fn from_code(code: &str) -> Self {
        let language = code.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        match language.as_str() {
            "en" => Self::En,
            "tr" => Self::Tr,
            "ar" => Self::Ar,
            _ => Self::Other(language),
        }
    }

    /// The ISO 639-1 code.
    pub fn code(&self) -> &str {
        match self {
            Self::En => "en",
            Self::Tr => "tr",
            Self::Ar => "ar",
            Self::Other(code) => code,
        }
    }

    /// Whether [`detect`] tells it apart from others.
    pub(crate) fn is_told_apart(&self) -> bool {
        NAMES.iter().any(|(known, _)| *known == self.code())
    }

    /// The name a model knows it by: in English, or the bare code of a language we have no name for.
    pub fn english_name(&self) -> &str {
        let code = self.code();
        NAMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
    }
}

/// Those that [`detect`] tells apart.
const NAMES: [(&str, &str); 19] = [
    ("ar", "Arabic"),
    ("az", "Azerbaijani"),
    ("de", "German"),
    ("en", "English"),
    ("es", "Spanish"),
    ("fa", "Persian"),
    ("fr", "French"),
    ("hi", "Hindi"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("nl", "Dutch"),
    ("pt", "Portuguese"),
    ("ru", "Russian"),
    ("sv", "Swedish"),
    ("tr", "Turkish"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

/// The language of a text; `None` when it is too short to tell ("ok", "10:30", "👍").
pub fn detect(text: &str) -> Option<Language> {
    let letters = Letters::count(text);
    letters.language().or_else(|| match (letters.may_be_turkish(), letters.weight() >= ENOUGH_LETTERS) {
        (true, false) => Some(Language::Tr),
        (true, true) => among_names(text),
        // The statistics know no other language with these letters.
        (false, true) => Some(by_statistics(text)).filter(|told| *told != Language::Tr || !letters.are_foreign()),
        (false, false) => None,
    })
}

/// The likeliest language of a text, however short: for what a wrong guess does not harm.
pub(crate) fn guess(text: &str) -> Language {
    let letters = Letters::count(text);
    let told = letters.language().or_else(|| letters.may_be_turkish().then(|| among_names(text)).flatten());
    told.unwrap_or_else(|| by_statistics(text))
}

/// The language of a text with letters of Turkish. Names bring them into every language, and are written with capitals: so
/// what is not tells. `None`: there is too little of it.
fn among_names(text: &str) -> Option<Language> {
    let is_name = |word: &&str| word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    let common = text.split_whitespace().filter(|word| !is_name(word)).collect::<Vec<_>>().join(" ");
    let letters = Letters::count(&common);
    match letters.weight() {
        // All of it is capitals.
        0 => Some(by_statistics(text)),
        ENOUGH_BESIDE_NAMES.. => Some(by_statistics(&common)),
        _ if letters.turkish > 0 => Some(Language::Tr),
        _ => [text, &common].map(by_statistics).into_iter().find(|told| *told == Language::Tr),
    }
}

fn by_statistics(text: &str) -> Language {
    Language::from_code(code(whichlang::detect_language(text)))
}

/// How many letters of each kind a text has.
#[derive(Default)]
struct Letters {
    all: usize,
    arabic: usize,
    persian: usize,
    urdu: usize,
    /// Letters that among the languages written here only Turkish has, and Azerbaijani, which has one more.
    turkish: usize,
    azerbaijani: usize,
    /// Letters that Romanian and Kurdish have and Turkish hardly ever.
    foreign: usize,
    /// Of words that begin with a capital: in a text of another script, of names.
    named: usize,
    signs: usize,
}

impl Letters {
    fn count(text: &str) -> Self {
        let mut letters = Self::default();
        let (mut in_word, mut in_name) = (false, false);
        for c in text.chars() {
            (in_name, in_word) = (if in_word { in_name } else { c.is_uppercase() }, c.is_alphanumeric());
            if !c.is_alphabetic() {
                continue;
            }
            letters.all += 1;
            letters.named += usize::from(in_name);
            match c {
                'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ہ' => letters.urdu += 1,
                'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => letters.persian += 1,
                'ğ' | 'Ğ' | 'ı' | 'İ' | 'ş' | 'Ş' => letters.turkish += 1,
                'ə' | 'Ə' => letters.azerbaijani += 1,
                'ă' | 'ţ' | 'ț' | 'ș' | 'ê' | 'î' | 'û' => letters.foreign += 1,
                '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' => letters.signs += 1,
                _ => {}
            }
            letters.arabic +=
                usize::from(matches!(c, '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{FB50}'..='\u{FEFC}'));
        }
        letters
    }

    /// The language that the letters alone give away.
    fn language(&self) -> Option<Language> {
        if self.arabic >= FEWEST_LETTERS && self.arabic * 2 > self.all - self.named {
            return Some(self.of_arabic_script());
        }
        (self.azerbaijani >= FEWEST_LETTERS).then(|| Language::Other("az".to_owned()))
    }

    fn weight(&self) -> usize {
        self.all + self.signs * (LETTERS_PER_SIGN - 1)
    }

    fn are_foreign(&self) -> bool {
        self.foreign >= FEWEST_LETTERS
    }

    fn may_be_turkish(&self) -> bool {
        self.turkish > 0 && self.azerbaijani == 0 && !self.are_foreign()
    }

    /// Arabic, unless letters that Arabic lacks say otherwise. One alone says nothing: پ, چ and گ stand in Arabic
    /// dialects and names too.
    fn of_arabic_script(&self) -> Language {
        match (self.urdu, self.persian) {
            (2.., _) => Language::Other("ur".to_owned()),
            (_, 2..) => Language::Other("fa".to_owned()),
            _ => Language::Ar,
        }
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Language, detect};

    #[rstest]
    #[case("Good morning, do you have any bread left?", "en")]
    #[case("açık mısınız", "tr")]
    #[case("AÇIĞIZ", "tr")]
    #[case("siparislerim nerede kaldi, bilgi verir misiniz", "tr")]
    #[case("مرحبا", "ar")]
    #[case("هل عندكم croissant", "ar")]
    #[case("سلام، قیمت این کیک چند است؟", "fa")]
    #[case("کیا آپ کے پاس روٹی ہے؟", "ur")]
    #[case("Guten Morgen, haben Sie noch Brot?", "de")]
    #[case("今日は何時まで開いていますか", "ja")]
    #[case("Здравствуйте, вы сегодня открыты?", "ru")]
    #[case("Where is your Kadıköy branch?", "en")]
    #[case("where is your kadıköy branch", "en")]
    #[case("Is the Beyoğlu shop open on Sunday?", "en")]
    #[case("Do you deliver to Şişli?", "en")]
    #[case("Hello, I'm İbrahim Yıldız. Can you help me?", "en")]
    #[case("Haben Sie in der Filiale Beşiktaş noch Tische frei?", "de")]
    #[case("Wann öffnet der Laden in İstanbul?", "de")]
    #[case("Samsung Galaxy Watch var mı", "tr")]
    #[case("Adidas Superstar 42 numara var mı?", "tr")]
    #[case("Starbucks Reserve Nişantaşı nerede", "tr")]
    #[case("SİPARİŞİM NEREDE KALDI", "tr")]
    #[case("Kadıköy şubesi açık mı", "tr")]
    #[case("هل يتوفر Samsung Galaxy Watch Ultra عندكم", "ar")]
    #[case("Siz bazar günü açıqsınız? sifariş vermək istəyirəm", "az")]
    fn the_language_is_told(#[case] text: &str, #[case] code: &str) {
        assert_eq!(detect(text).as_ref().map(Language::code), Some(code));
    }

    #[rstest]
    #[case("ok")]
    #[case("10:30")]
    #[case("👍👍")]
    #[case("pizza?")]
    #[case("")]
    #[case("Beyoğlu open now?")]
    #[case("Unde este comanda mea? Aş vrea să ştiu dacă sunteţi deschişi.")]
    #[case("Hûn roja yekşemê vekirî ne? Ez dixwazim nanekî bikirim.")]
    fn what_is_short_or_in_no_language_that_is_known_tells_nothing(#[case] text: &str) {
        assert_eq!(detect(text), None);
    }

    #[test]
    fn codes_come_in_several_spellings() {
        assert_eq!(Language::from_code("TR"), Language::Tr);
        assert_eq!(Language::from_code("ar_EG"), Language::Ar);
        assert_eq!(Language::from_code("pt-BR").english_name(), "Portuguese");
        assert_eq!(Language::from_code("sw").english_name(), "sw");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            detect(&text);
        }
    }
}
