//! The bot's own texts, in the languages that a bot can be set to in the studio (`web/src/i18n/languages.ts`).

use switchboard_store::Local;

use super::Language;

/// What a bot says by itself, where the tenant has not written its own words.
#[derive(Debug, PartialEq, Eq)]
pub struct Texts {
    /// A person takes over.
    pub handoff: &'static str,
    /// Before what is said to somebody angry.
    pub sorry: &'static str,
    /// A person takes over because the bot has no answer.
    pub unanswered: &'static str,
    /// A person takes over, and nobody is there now.
    pub closed: &'static str,
    /// As `closed`; `{when}`: a time, with its day where that is another.
    closed_until: &'static str,
    /// Monday first.
    weekdays: [&'static str; 7],
    /// On the button that agrees, of at most 20 characters.
    pub yes: &'static str,
    /// On the one that does not.
    pub no: &'static str,
    /// On the button that opens a list.
    pub choose: &'static str,
}

impl Texts {
    /// In the customer's language where we speak it, else in English.
    pub fn of(language: &Language) -> &'static Self {
        match language {
            Language::Tr => &TURKISH,
            Language::Ar => &ARABIC,
            Language::En => &ENGLISH,
            Language::Other(code) => match code.as_str() {
                "de" => &GERMAN,
                "fr" => &FRENCH,
                "es" => &SPANISH,
                "it" => &ITALIAN,
                "nl" => &DUTCH,
                "pt" => &PORTUGUESE,
                "ru" => &RUSSIAN,
                _ => &ENGLISH,
            },
        }
    }

    /// That nobody is there now, and that somebody answers from `then` on.
    pub fn closed_until(&self, now: Local, then: Local) -> String {
        let weekday = self.weekdays[usize::from(then.day.weekday() - 1)];
        let when = match then.day {
            day if day == now.day => then.time(),
            day if day < now.day.plus(7) => format!("{weekday} {}", then.time()),
            day => format!("{weekday} {day} {}", then.time()),
        };
        self.closed_until.replace("{when}", &when)
    }
}

const ENGLISH: Texts = Texts {
    handoff: "A colleague will answer you here shortly.",
    sorry: "We are sorry for the trouble.",
    unanswered: "I don't have the answer to that. A colleague will reply to you here shortly.",
    closed: "We are closed at the moment. A colleague will answer you here when we are back.",
    closed_until: "We are closed at the moment. A colleague will answer you here when we are back: {when}.",
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    yes: "Yes",
    no: "No",
    choose: "Choose",
};

const TURKISH: Texts = Texts {
    handoff: "Bir çalışma arkadaşımız kısa süre içinde size buradan yanıt verecek.",
    sorry: "Yaşadığınız sorun için özür dileriz.",
    unanswered: "Bu sorunun yanıtını bilmiyorum. Bir çalışma arkadaşımız kısa süre içinde size buradan yanıt verecek.",
    closed: "Şu anda kapalıyız. Açıldığımızda bir çalışma arkadaşımız size buradan yanıt verecek.",
    closed_until: "Şu anda kapalıyız. Açıldığımızda bir çalışma arkadaşımız size buradan yanıt verecek: {when}.",
    weekdays: ["Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"],
    yes: "Evet",
    no: "Hayır",
    choose: "Seçin",
};

const ARABIC: Texts = Texts {
    handoff: "سيرد عليك أحد زملائنا هنا بعد قليل.",
    sorry: "نعتذر عما حدث.",
    unanswered: "ليست لدي إجابة عن هذا السؤال. سيرد عليك أحد زملائنا هنا بعد قليل.",
    closed: "نحن مغلقون الآن. سيرد عليك أحد زملائنا هنا عندما نعود.",
    closed_until: "نحن مغلقون الآن. سيرد عليك أحد زملائنا هنا عندما نعود: {when}.",
    weekdays: ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
    yes: "نعم",
    no: "لا",
    choose: "اختر",
};

const GERMAN: Texts = Texts {
    handoff: "Jemand aus unserem Team antwortet Ihnen hier in Kürze.",
    sorry: "Bitte entschuldigen Sie die Unannehmlichkeiten.",
    unanswered: "Darauf habe ich leider keine Antwort. Jemand aus unserem Team antwortet Ihnen hier in Kürze.",
    closed: "Wir haben im Moment geschlossen. Jemand aus unserem Team antwortet Ihnen hier, sobald wir wieder da sind.",
    closed_until: "Wir haben im Moment geschlossen. Jemand aus unserem Team antwortet Ihnen hier, sobald wir wieder da sind: {when}.",
    weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    yes: "Ja",
    no: "Nein",
    choose: "Auswählen",
};

const FRENCH: Texts = Texts {
    handoff: "Un membre de notre équipe vous répondra ici sous peu.",
    sorry: "Nous sommes désolés pour ce désagrément.",
    unanswered: "Je n'ai pas la réponse à cette question. Un membre de notre équipe vous répondra ici sous peu.",
    closed: "Nous sommes fermés pour le moment. Un membre de notre équipe vous répondra ici à notre retour.",
    closed_until: "Nous sommes fermés pour le moment. Un membre de notre équipe vous répondra ici à notre retour\u{a0}: {when}.",
    weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    yes: "Oui",
    no: "Non",
    choose: "Choisir",
};

const SPANISH: Texts = Texts {
    handoff: "Una persona de nuestro equipo le responderá aquí en breve.",
    sorry: "Lamentamos las molestias.",
    unanswered: "No tengo la respuesta a esa pregunta. Una persona de nuestro equipo le responderá aquí en breve.",
    closed: "En este momento estamos cerrados. Una persona de nuestro equipo le responderá aquí cuando volvamos.",
    closed_until: "En este momento estamos cerrados. Una persona de nuestro equipo le responderá aquí cuando volvamos: {when}.",
    weekdays: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    yes: "Sí",
    no: "No",
    choose: "Elegir",
};

const ITALIAN: Texts = Texts {
    handoff: "Una persona del nostro team le risponderà qui a breve.",
    sorry: "Ci scusiamo per il disagio.",
    unanswered: "Non ho la risposta a questa domanda. Una persona del nostro team le risponderà qui a breve.",
    closed: "Al momento siamo chiusi. Una persona del nostro team le risponderà qui al nostro rientro.",
    closed_until: "Al momento siamo chiusi. Una persona del nostro team le risponderà qui al nostro rientro: {when}.",
    weekdays: ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
    yes: "Sì",
    no: "No",
    choose: "Scegli",
};

const DUTCH: Texts = Texts {
    handoff: "Een collega reageert hier binnenkort op uw bericht.",
    sorry: "Onze excuses voor het ongemak.",
    unanswered: "Daar heb ik geen antwoord op. Een collega reageert hier binnenkort op uw bericht.",
    closed: "We zijn op dit moment gesloten. Een collega reageert hier op uw bericht zodra we er weer zijn.",
    closed_until: "We zijn op dit moment gesloten. Een collega reageert hier op uw bericht zodra we er weer zijn: {when}.",
    weekdays: ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
    yes: "Ja",
    no: "Nee",
    choose: "Kiezen",
};

/// In words that Brazil and Portugal share.
const PORTUGUESE: Texts = Texts {
    handoff: "Um colega responderá aqui em breve.",
    sorry: "Lamentamos o transtorno.",
    unanswered: "Não tenho a resposta para essa pergunta. Um colega responderá aqui em breve.",
    closed: "Neste momento estamos fechados. Um colega responderá aqui quando voltarmos.",
    closed_until: "Neste momento estamos fechados. Um colega responderá aqui quando voltarmos: {when}.",
    weekdays: ["segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"],
    yes: "Sim",
    no: "Não",
    choose: "Escolher",
};

const RUSSIAN: Texts = Texts {
    handoff: "Наш сотрудник скоро ответит вам здесь.",
    sorry: "Приносим извинения за неудобства.",
    unanswered: "У меня нет ответа на этот вопрос. Наш сотрудник скоро ответит вам здесь.",
    closed: "Сейчас мы не работаем. Наш сотрудник ответит вам здесь, когда мы вернёмся.",
    closed_until: "Сейчас мы не работаем. Наш сотрудник ответит вам здесь, когда мы вернёмся: {when}.",
    weekdays: ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"],
    yes: "Да",
    no: "Нет",
    choose: "Выбрать",
};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rstest::rstest;
    use switchboard_store::{Day, Local};

    use super::Texts;
    use crate::language::{Language, detect};

    /// Characters on a button (Cloud API, interactive reply buttons messages).
    const LONGEST_BUTTON: usize = 20;
    /// As the studio offers them.
    const OFFERED: [&str; 10] = ["en", "tr", "ar", "de", "fr", "es", "it", "nl", "pt", "ru"];

    #[test]
    fn every_language_that_is_offered_has_its_own_texts() {
        let texts = OFFERED.map(|code| Texts::of(&Language::from_code(code)));
        let different =
            |of: fn(&'static Texts) -> &'static str| texts.map(of).into_iter().collect::<HashSet<_>>().len();
        let counts = [different(|it| it.handoff), different(|it| it.unanswered), different(|it| it.closed)];
        assert_eq!(counts, [OFFERED.len(); 3]);
        for text in texts {
            assert_eq!(text.closed_until.matches("{when}").count(), 1, "{text:?}");
            assert_eq!(text.weekdays.into_iter().collect::<HashSet<_>>().len(), 7, "{text:?}");
            let fits = |button: &str| (1..=LONGEST_BUTTON).contains(&button.chars().count());
            assert!([text.yes, text.no, text.choose].into_iter().all(fits), "{text:?}");
        }
    }

    #[test]
    fn a_language_we_do_not_speak_gets_english_texts() {
        assert_eq!(Texts::of(&Language::from_code("sw")), Texts::of(&Language::En));
        assert_eq!(detect(Texts::of(&Language::Ar).closed), Some(Language::Ar));
        assert_eq!(detect(Texts::of(&Language::Tr).closed), Some(Language::Tr));
        assert_eq!(detect(Texts::of(&Language::Ar).unanswered), Some(Language::Ar));
        assert_eq!(detect(Texts::of(&Language::Tr).handoff), Some(Language::Tr));
    }

    #[rstest]
    #[case("2026-03-02", "back: 09:00.")]
    #[case("2026-03-06", "back: Friday 09:00.")]
    #[case("2026-03-09", "back: Monday 2026-03-09 09:00.")]
    fn when_people_are_back_is_said_no_longer_than_it_must(#[case] day: &str, #[case] words: &str) {
        let at = |day: &str, minute| Local { day: Day::parse(day).unwrap(), minute };
        let text = Texts::of(&Language::En).closed_until(at("2026-03-02", 480), at(day, 540));
        assert!(text.ends_with(words), "{text}");
    }
}
