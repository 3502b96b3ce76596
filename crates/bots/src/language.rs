//! Which language a customer writes in, and the bot's own texts in it.

use std::ops::RangeInclusive;

pub use self::{texts::Texts, words::in_words};

mod statistics;
mod texts;
mod words;

/// Statistics are believed from this many letters on; below, they guess.
const ENOUGH_LETTERS: usize = 12;
/// What is known of a customer's language is changed by statistics from this many letters on; below, by letters alone.
const ENOUGH_TO_CHANGE: usize = 25;
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
const NAMES: [(&str, &str); 28] = [
    ("ar", "Arabic"),
    ("az", "Azerbaijani"),
    ("bn", "Bengali"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("fa", "Persian"),
    ("fr", "French"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hy", "Armenian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ka", "Georgian"),
    ("ko", "Korean"),
    ("nl", "Dutch"),
    ("pt", "Portuguese"),
    ("ru", "Russian"),
    ("sv", "Swedish"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

/// The letters of one language alone.
const SCRIPTS: [(RangeInclusive<char>, &str); 8] = [
    ('\u{0370}'..='\u{03FF}', "el"),
    ('\u{0530}'..='\u{058F}', "hy"),
    ('\u{0590}'..='\u{05FF}', "he"),
    ('\u{0980}'..='\u{09FF}', "bn"),
    ('\u{0B80}'..='\u{0BFF}', "ta"),
    ('\u{0C00}'..='\u{0C7F}', "te"),
    ('\u{0E00}'..='\u{0E7F}', "th"),
    ('\u{10A0}'..='\u{10FF}', "ka"),
];

/// The language of a text; `None` when it is too short to tell ("ok", "10:30", "👍"), or in none that is known.
pub fn detect(text: &str) -> Option<Language> {
    let text = words::words_of(text);
    told(&text, &Letters::count(&text))
}

fn told(text: &str, letters: &Letters) -> Option<Language> {
    letters.language().or_else(|| match (letters.may_be_turkish(), letters.weight() >= ENOUGH_LETTERS) {
        _ if letters.unknown > 0 => None,
        (true, false) => Some(Language::Tr),
        (true, true) => among_names(text),
        // The statistics know no other language with these letters.
        (false, true) => statistics::believed(text).filter(|told| *told != Language::Tr || !letters.are_foreign()),
        (false, false) => None,
    })
}

/// The language of what somebody says whose language is known, if it is: a few words in letters that many languages share
/// do not change it.
pub(crate) fn detect_knowing(text: &str, known: Option<&Language>) -> Option<Language> {
    let text = words::words_of(text);
    told_knowing(&text, &Letters::count(&text), known)
}

fn told_knowing(text: &str, letters: &Letters, known: Option<&Language>) -> Option<Language> {
    let told = told(text, letters)?;
    let changes = letters.weight() >= ENOUGH_TO_CHANGE || letters.tell(&told);
    (changes || known.is_none_or(|known| *known == told)).then_some(told)
}

/// In which language somebody writes, by what they have said, oldest first. `known`: what was known before.
pub(crate) fn spoken<'a>(said: impl Iterator<Item = &'a str>, known: Option<Language>) -> Option<Language> {
    said.fold(known, |known, text| {
        let text = words::words_of(text);
        let letters = Letters::count(&text);
        // A thread is mostly short texts, of which statistics, slow beside all else, would change nothing.
        if known.is_some() && !letters.may_change() {
            return known;
        }
        told_knowing(&text, &letters, known.as_ref()).or(known)
    })
}

/// The likeliest language of a text, however short: for what a wrong guess does not harm.
pub(crate) fn guess(text: &str) -> Language {
    let letters = Letters::count(text);
    let told = letters.language().or_else(|| letters.may_be_turkish().then(|| among_names(text)).flatten());
    told.unwrap_or_else(|| statistics::likeliest(text))
}

/// The language of a text with letters of Turkish. Names bring them into every language, and are written with capitals: so
/// what is not tells. `None`: there is too little of it.
fn among_names(text: &str) -> Option<Language> {
    let is_name = |word: &&str| word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    let common = text.split_whitespace().filter(|word| !is_name(word)).collect::<Vec<_>>().join(" ");
    let letters = Letters::count(&common);
    match letters.weight() {
        // All of it is capitals.
        0 => Some(statistics::likeliest(text)),
        ENOUGH_BESIDE_NAMES.. => Some(statistics::likeliest(&common)),
        _ if letters.turkish > 0 => Some(Language::Tr),
        _ => [text, &common].map(statistics::likeliest).into_iter().find(|told| *told == Language::Tr),
    }
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
    latin: usize,
    /// Of what Ukrainian has and Russian lacks.
    ukrainian: usize,
    /// Of languages that are not told, outside of names: of Polish, Kazakh and their like.
    unknown: usize,
    of_scripts: [usize; SCRIPTS.len()],
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
                'і' | 'ї' | 'є' | 'ґ' => letters.ukrainian += usize::from(!in_name),
                'ą' | 'ć' | 'č' | 'ď' | 'ę' | 'ě' | 'ł' | 'ń' | 'ň' | 'ő' | 'ø' | 'ř' | 'ś' | 'š' | 'ť' | 'ů' | 'ű'
                | 'ź' | 'ż' | 'ž' | 'ā' | 'ē' | 'ė' | 'ī' | 'ū' | 'ų' | 'ђ' | 'ј' | 'љ' | 'њ' | 'ћ' | 'џ' | 'ў'
                | 'ә' | 'ғ' | 'қ' | 'ң' | 'ө' | 'ү' | 'ұ' | 'ҳ' | 'һ' => {
                    letters.unknown += usize::from(!in_name);
                }
                'ă' | 'ţ' | 'ț' | 'ș' | 'ê' | 'î' | 'û' => letters.foreign += 1,
                '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' => letters.signs += 1,
                _ => {}
            }
            for (count, (script, _)) in letters.of_scripts.iter_mut().zip(&SCRIPTS) {
                *count += usize::from(script.contains(&c));
            }
            letters.latin += usize::from(c <= '\u{024F}' || matches!(c, '\u{1E00}'..='\u{1EFF}'));
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
        if self.azerbaijani >= FEWEST_LETTERS {
            return Some(Language::from_code("az"));
        }
        let of_script =
            SCRIPTS.iter().zip(self.of_scripts).find(|(_, count)| *count >= FEWEST_LETTERS && count * 2 > self.all);
        let is_ukrainian = self.ukrainian > 0 && self.unknown == 0;
        let code = of_script.map(|((_, code), _)| *code).or(is_ukrainian.then_some("uk"));
        code.map(Language::from_code)
    }

    /// Whether it is the letters that tell a language, and not statistics.
    fn tell(&self, told: &Language) -> bool {
        self.latin * 2 <= self.all || (*told == Language::Tr && self.may_be_turkish()) || self.language().is_some()
    }

    /// Whether the text may be in another language than the known one, whatever statistics say of it.
    fn may_change(&self) -> bool {
        self.weight() >= ENOUGH_TO_CHANGE || self.tell(&Language::Tr)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Language, detect, detect_knowing, spoken};

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
    #[case("Καλημέρα, είστε ανοιχτά σήμερα;", "el")]
    #[case("שלום, אתם פתוחים היום?", "he")]
    #[case("สวัสดีค่ะ วันนี้เปิดไหมคะ", "th")]
    #[case("আপনারা কি আজ খোলা আছেন?", "bn")]
    #[case("இன்று கடை திறந்திருக்கிறதா?", "ta")]
    #[case("ఈరోజు షాపు తెరిచి ఉందా?", "te")]
    #[case("გამარჯობა, დღეს ღია ხართ?", "ka")]
    #[case("Բարև, այսօր բաց եք?", "hy")]
    #[case("Скільки коштує доставка додому?", "uk")]
    #[case("Cửa hàng có mở cửa hôm nay không?", "vi")]
    #[case("Har ni öppet på söndag?", "sv")]
    #[case("gostaria de reservar uma mesa para amanhã", "pt")]
    #[case("odeme yontemleri nelerdir", "tr")]
    #[case("Please see https://example.com/bestellung for my order", "en")]
    #[case("Merhaba.Siparişim nerede kaldı", "tr")]
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
    #[case::indonesian("Apakah masih ada meja untuk empat orang malam ini?")]
    #[case::malay("Adakah kedai buka hari Ahad?")]
    #[case::uzbek("Salom, bugun soat nechagacha ishlaysiz?")]
    #[case::tagalog("Magkano po ang delivery sa bahay?")]
    #[case::polish("Dzien dobry, chcialbym zamowic tort urodzinowy")]
    #[case::polish("Gdzie jest moje zamówienie?")]
    #[case::czech("Dobrý den, máte dnes otevřeno?")]
    #[case::hungarian("Jó napot, nyitva vannak ma?")]
    #[case::romanian("Cat costa livrarea la domiciliu?")]
    #[case::danish("Hvor er min bestilling? Jeg vil gerne vide det")]
    #[case::norwegian("Hei, er dere åpne i dag?")]
    #[case::finnish("Hyvää päivää, oletteko auki tänään?")]
    #[case::bulgarian("Здравейте, отворени ли сте днес?")]
    #[case::serbian("Добар дан, да ли радите данас?")]
    #[case::kazakh("Сәлеметсіз бе, бүгін ашықсыздар ма?")]
    #[case::an_address("fatima.alzahra92@hotmail.com")]
    #[case::a_link("https://www.example.com/menus/breakfast")]
    #[case::a_site("instagram.com/cornerbakery")]
    #[case::a_file("bank_statement_november.pdf")]
    #[case::laughter("hahahahahaha")]
    #[case::laughter("ههههههه")]
    fn what_is_short_or_in_no_language_that_is_known_tells_nothing(#[case] text: &str) {
        assert_eq!(detect(text), None);
    }

    #[rstest]
    #[case::few_letters("faturamda hata var", "tr", None)]
    #[case::few_letters("özel sigortam var geçiyor mu", "tr", None)]
    #[case::the_same("night emergency please", "en", Some("en"))]
    #[case::letters_of_turkish("siparişim nerede", "en", Some("tr"))]
    #[case::another_script("сколько стоит доставка", "tr", Some("ru"))]
    #[case::many_letters("Good morning, do you have any bread left?", "tr", Some("en"))]
    fn a_few_letters_that_many_languages_share_change_nothing(
        #[case] text: &str,
        #[case] known: &str,
        #[case] told: Option<&str>,
    ) {
        let told_now = detect_knowing(text, Some(&Language::from_code(known)));
        assert_eq!(told_now.as_ref().map(Language::code), told);
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
        fn what_somebody_speaks_is_what_their_texts_tell_one_after_the_other(
            said in prop::collection::vec("(hello|ekmek|şeker|var mı|сколько|متى|bonjour|do you deliver|👍|\\PC| ){0,8}", 0..5),
            known in prop::option::of(prop::sample::select(vec!["tr", "en", "ru"])),
        ) {
            let known = known.map(Language::from_code);
            let one_by_one = said.iter().fold(known.clone(), |known, text| detect_knowing(text, known.as_ref()).or(known));
            prop_assert_eq!(spoken(said.iter().map(String::as_str), known), one_by_one);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            detect(&text);
        }
    }
}
