//! Words of three languages, made comparable.

/// The languages the model speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Turkish,
    Arabic,
}

/// Words that say nothing about the subject.
const STOP: &str = "a an the and or of to in on at for from with by is are was be been am i you we they he she it \
    do does did can could would will shall may might have has had your our my me us this that these those there \
    what which who whom how if so not no yes please tell want need like get some any about much many \
    ve veya ile bir bu su o ben sen siz biz mi mu misiniz musunuz miyim var yok icin de da ki ne nasil \
    acaba lutfen peki bana size sizin benim olarak \
    في من على الى عن هل ما ماذا كيف هذا هذه و او انا انت نحن هو هي لكم لديكم عندكم كم يمكن ممكن";

/// Words that mean nearly the same to a shop's customer, across languages.
const CONCEPTS: [&str; 7] = [
    "hours hour time when open opening close closing closed saat saatleri zaman acik aciksiniz kapali kapaniyor \
     acilis kapanis ساعات الساعه متى مفتوح دوام تفتحون تغلقون مواعيد",
    "price prices cost costs fiyat fiyati fiyatlar ucret ucreti kadar para tutar سعر اسعار تكلفه ثمن بكم",
    "where address location located nerede neredesiniz adres adresiniz konum اين عنوان موقع",
    "deliver delivery deliveries shipping ship teslimat teslim kargo gonderim gonderiyor توصيل شحن توصلون",
    "pay payment card cash odeme kart nakit kredi دفع بطاقه نقد",
    "parking park parked car cars automobile vehicle leave garage otopark park araba arabami arac aracimi birakabilirim \
     موقف سياره سيارتي مواقف",
    "return returns refund iade degisim استرجاع ارجاع استبدال",
];

/// The words of a text, folded: lower case, without accents, Arabic letters unified.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|ch: char| !ch.is_alphanumeric() && !is_mark(ch))
        .map(|word| without_article(&word.chars().filter_map(fold).collect::<String>()))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The words that carry a text's subject.
pub(crate) fn content_words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in words(text) {
        let says_nothing = STOP.split_whitespace().any(|stop| stop == word);
        if !says_nothing && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// Which of the concepts a word stands for.
pub(crate) fn concept(word: &str) -> Option<usize> {
    CONCEPTS.iter().position(|concept| concept.split_whitespace().any(|it| it == word))
}

/// How well two words fit: 1 for the same word or stem, less for the same concept, 0 otherwise.
pub(crate) fn likeness(a: &str, b: &str) -> f64 {
    if a == b || same_stem(a, b) {
        return 1.0;
    }
    let shared = CONCEPTS.iter().any(|concept| {
        let has = |word: &str| concept.split_whitespace().any(|it| it == word);
        has(a) && has(b)
    });
    if shared { 0.8 } else { 0.0 }
}

/// English and Turkish say grammar with endings, so a long common start is the same word.
fn same_stem(a: &str, b: &str) -> bool {
    let shorter = a.chars().count().min(b.chars().count());
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    common >= 4.max(shorter.saturating_sub(1)) || (common >= 3 && is_plural(a, b))
}

fn is_plural(a: &str, b: &str) -> bool {
    a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a)
}

/// The language of a text, English when nothing tells.
pub(crate) fn language(text: &str) -> Language {
    if text.chars().any(|ch| ('\u{600}'..='\u{6ff}').contains(&ch)) {
        return Language::Arabic;
    }
    let turkish_letter = |ch: char| "ığşİĞŞçÇ".contains(ch);
    let turkish_word = |word: &String| {
        const COMMON: [&str; 19] = [
            "merhaba",
            "selam",
            "ve",
            "bir",
            "mi",
            "mu",
            "var",
            "yok",
            "ne",
            "nerede",
            "kac",
            "misiniz",
            "musunuz",
            "icin",
            "saat",
            "tesekkurler",
            "insan",
            "istiyorum",
            "fiyat",
        ];
        COMMON.contains(&word.as_str())
    };
    if text.chars().any(turkish_letter) || words(text).iter().any(turkish_word) {
        return Language::Turkish;
    }
    Language::English
}

fn is_mark(ch: char) -> bool {
    // Vowel signs, the dot that lower-casing a Turkish İ leaves, and Arabic's lengthening stroke.
    ('\u{64b}'..='\u{652}').contains(&ch) || ch == '\u{307}' || ch == '\u{640}'
}

fn fold(ch: char) -> Option<char> {
    if is_mark(ch) {
        return None;
    }
    let lower = ch.to_lowercase().next().unwrap_or(ch);
    Some(match lower {
        'ı' | 'î' | 'í' | 'ì' | 'ï' => 'i',
        'ş' => 's',
        'ğ' => 'g',
        'ç' => 'c',
        'ö' | 'ô' | 'ó' | 'ò' => 'o',
        'ü' | 'û' | 'ú' | 'ù' => 'u',
        'â' | 'á' | 'à' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'ñ' => 'n',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        other => other,
    })
}

/// Arabic writes "the" as part of the word.
fn without_article(word: &str) -> String {
    let bare = word.strip_prefix("ال").filter(|rest| rest.chars().count() >= 3);
    bare.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turkish_and_arabic_words_are_folded() {
        assert_eq!(words("Açık mısınız? İYİ"), ["acik", "misiniz", "iyi"]);
        assert_eq!(words("ما هي الأسعار"), ["ما", "هي", "اسعار"]);
    }

    #[test]
    fn endings_do_not_hide_a_word() {
        assert!(likeness("open", "opening") > 0.9);
        assert!(likeness("siparis", "siparisim") > 0.9);
        assert!(likeness("cat", "cats") > 0.9);
        assert!(likeness("sunday", "sundry") < 0.1);
        assert!(likeness("when", "hours") > 0.5);
    }

    #[test]
    fn languages_are_told_apart() {
        assert_eq!(language("Where are you?"), Language::English);
        assert_eq!(language("Yarın açık mısınız"), Language::Turkish);
        assert_eq!(language("أين أنتم"), Language::Arabic);
    }
}
