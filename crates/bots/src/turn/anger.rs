//! Whether a customer is angry, told by their words alone: for bots without a model, and before one is asked. A model that
//! answers in a shape says what it reads between the lines ([`crate::prompt::ShapedReply::angry`]).

use std::sync::LazyLock;

use super::rules::words;

static OUTRIGHT: LazyLock<Phrases> = LazyLock::new(|| Phrases::parse(include_str!("anger/outright.txt")));
static SHOUTED: LazyLock<Phrases> = LazyLock::new(|| Phrases::parse(include_str!("anger/shouted.txt")));

const FACES: [char; 4] = ['😠', '😡', '🤬', '👿'];
/// Fewer letters in capitals are an abbreviation, or a name.
const FEWEST_LETTERS: usize = 8;
/// Of ten letters that can be capitals.
const CAPITALS_OF_TEN: usize = 7;
/// Capitals in a row, whatever stands between them: a sentence of a text that begins calmly.
const SENTENCE: usize = 14;
/// In a row: one or two are how many people write.
const MARKS: usize = 3;

/// Anger in words or in a face; or a complaint that is shouted. Capitals alone are none: some people write so.
pub(super) fn is_angry(text: &str) -> bool {
    let said = words(text);
    text.contains(FACES) || OUTRIGHT.are_in(&said) || (is_shouted(text) && SHOUTED.are_in(&said))
}

fn is_shouted(text: &str) -> bool {
    let cased = || text.chars().filter(|c| c.is_lowercase() || c.is_uppercase());
    let (letters, capitals) = (cased().count(), cased().filter(|c| c.is_uppercase()).count());
    let mut run = 0;
    let is_sentence = cased().any(|c| {
        run = if c.is_uppercase() { run + 1 } else { 0 };
        run >= SENTENCE
    });
    is_sentence || (letters >= FEWEST_LETTERS && capitals * 10 >= letters * CAPITALS_OF_TEN) || is_emphatic(text)
}

/// Whether marks such as `!!!` or `?!?` stand in a row.
fn is_emphatic(text: &str) -> bool {
    let mut marks = 0;
    text.chars().any(|c| {
        marks =
            if matches!(c, '!' | '?' | '؟' | '‼' | '⁉' | '❗' | '❓' | '！' | '？') { marks + 1 } else { 0 };
        marks >= MARKS
    })
}

/// Phrases, as [`words`] makes them: a space around each, but behind one of which any ending will do.
struct Phrases(Vec<String>);

impl Phrases {
    fn parse(list: &str) -> Self {
        let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let phrase = |line: &str| match line.strip_suffix('*') {
            Some(beginning) => words(beginning).trim_end().to_owned(),
            None => words(line),
        };
        Self(lines.map(phrase).collect())
    }

    fn are_in(&self, said: &str) -> bool {
        self.0.iter().any(|phrase| said.contains(phrase))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("This is unacceptable, I have been lied to for a week")]
    #[case("You are SCAMMERS")]
    #[case("I'm furious with you")]
    #[case("worst service ever")]
    #[case("WHERE IS MY ORDER")]
    #[case("Where is my order?! NOBODY ANSWERS ME")]
    #[case("where is my order???")]
    #[case("I have been waiting for 3 hours!!!")]
    #[case("you never came and nobody answers!?!")]
    #[case("😡")]
    #[case("Bu ne REZALET")]
    #[case("dolandırıcısınız siz")]
    #[case("dolandiricisiniz")]
    #[case("Yeter artık, bıktım sizden")]
    #[case("SİPARİŞİM NEREDE KALDI")]
    #[case("hâlâ gelmedi!!!")]
    #[case("Dalga mı geçiyorsunuz benimle?")]
    #[case("sizi tüketici hakem heyetine şikayet edeceğim")]
    #[case("أنتم نصّابين")]
    #[case("هذا غير مقبول أبدا")]
    #[case("وين طلبي؟؟؟")]
    #[case("حسبي الله ونعم الوكيل فيكم")]
    #[case("أسوأ خدمة رأيتها")]
    #[case("لا أحد يرد!!!")]
    fn an_angry_customer_is_heard(#[case] text: &str) {
        assert!(is_angry(text), "{text}");
    }

    #[rstest]
    #[case("Where is my order?")]
    #[case("WHEN DO YOU OPEN TOMORROW")]
    #[case("HAPPY NEW YEAR TO ALL OF YOU!!!")]
    #[case("Thank you so much!!!")]
    #[case("Is this a scam?")]
    #[case("How do I get a refund?")]
    #[case("I am still waiting for the invoice, no hurry")]
    #[case("do you sell burglar alarms")]
    #[case("It is not ridiculous at all :)")]
    #[case("Angry Birds cake, how much?")]
    #[case("USB-C?!?")]
    #[case("where is my IPHONE PRO MAX?")]
    #[case("Siparişim nerede?")]
    #[case("YARIN SAAT KAÇTA AÇIYORSUNUZ")]
    #[case("Çok teşekkürler!!!")]
    #[case("hırsız alarmı var mı")]
    #[case("bekliyorum, acelesi yok")]
    #[case("iade nasıl yapılıyor")]
    #[case("أين طلبي؟")]
    #[case("شكرا جزيلا!!!")]
    #[case("هل عندكم حماية من الاحتيال؟")]
    #[case("كيف يمكنني استرجاع المنتج؟")]
    #[case("")]
    fn a_calm_one_is_not_called_angry(#[case] text: &str) {
        assert!(!is_angry(text), "{text}");
    }

    #[test]
    fn no_phrase_is_empty_or_stands_twice() {
        let mut all: Vec<&String> = OUTRIGHT.0.iter().chain(&SHOUTED.0).collect();
        assert!(all.iter().all(|phrase| phrase.len() > 3), "{all:?}");
        all.sort_unstable();
        let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn every_phrase_is_found_in_capitals_and_within_a_sentence() {
        let phrases = include_str!("anger/outright.txt").lines().filter(|it| !it.is_empty() && !it.starts_with('#'));
        for phrase in phrases.map(|it| it.trim_end_matches('*')) {
            let said = format!("hm, {}. bye", phrase.to_uppercase());
            assert!(is_angry(&said), "{said}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            is_angry(&text);
        }
    }
}
