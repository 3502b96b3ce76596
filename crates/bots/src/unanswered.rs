//! Questions a bot could not answer: what they are, and which of them ask the same.

use std::collections::{HashMap, HashSet};

use switchboard_inbox::turns::{Asked, Conclusion};
use switchboard_store::{
    Conn, Error, Millis, Resolution, TenantId, UnansweredReason, bot,
    unanswered::{self, Unanswered},
};
use uuid::Uuid;

use crate::{
    bot::{BotError, InvalidSetting},
    language::Language,
    retrieval::{asks_something, meanings, normalise},
    turn::{self, question::Question, rules::words, think},
};

/// Questions that are looked at together, the newest; settling some of them makes room for older ones.
pub const MOST: i64 = 1_000;
/// Questions that are settled at a time.
const MOST_IDS: usize = 1_000;
/// Characters of a question that are kept.
const LONGEST: usize = 1_000;
/// Knowledge that covers so much of a question is not lacking: then the model has called people for something else.
const COVERED: f32 = 0.7;
/// Two questions with this share of what they are about in common ask the same.
const SAME: f32 = 0.6;
/// Things a question is about, at most; what is longer is hardly one question.
const MOST_MEANINGS: usize = 32;
/// Who asks for people does not ask for knowledge, in the words of the languages we know (normalised). Whole words.
const PEOPLE: [&str; 16] = [
    "person",
    "human",
    "agent",
    "operator",
    "representative",
    "someone",
    "somebody",
    "staff",
    "manager",
    "biri",
    "birisi",
    "biriyle",
    "birisiyle",
    "مسوول",
    "موظف",
    "شخص",
];
/// As [`PEOPLE`], with whatever ending.
const PEOPLE_BEGINNINGS: [&str; 4] = ["insan", "yetkili", "temsilci", "انسان"];
/// As [`PEOPLE`], of two words.
const PEOPLE_PHRASES: [&str; 2] = ["musteri hizmetleri", "خدمه العملا"];
/// What is said of people, and of what they are wanted for; with whatever ending.
const WANTED: [&str; 28] = [
    "talk",
    "speak",
    "chat",
    "call",
    "contact",
    "connect",
    "transfer",
    "reach",
    "help",
    "real",
    "live",
    "actual",
    "gorus",
    "konus",
    "bagla",
    "aktar",
    "yardim",
    "gercek",
    "canli",
    "اتحدث",
    "تحدث",
    "تكلم",
    "اتكلم",
    "اكلم",
    "كلام",
    "تواصل",
    "حقيقي",
    "مساعد",
];
/// What Arabic writes before a word without a space, the longest first.
const BEFORE: [&str; 5] = ["بال", "لل", "ال", "ب", "ل"];

/// Questions that ask the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The newest first; never empty.
    pub questions: Vec<Unanswered>,
}

/// What a turn could not answer; `None`: it could, or people were called for something else.
pub(crate) fn asked(question: &Question, thinking: &think::Thinking<'_>) -> Option<Asked> {
    let Conclusion::HandOff { reason, .. } = &thinking.conclusion else { return None };
    if thinking.trouble.is_some() {
        return None;
    }
    let texts: Vec<&str> = question.pending.iter().filter_map(|said| said.text.as_deref()).collect();
    let text: String = texts.join("\n").trim().chars().take(LONGEST).collect();
    let (kind, detail) = match reason.as_str() {
        turn::UNSURE => (UnansweredReason::Unsure, None),
        think::NO_STORED_ANSWER => (UnansweredReason::NoAnswer, None),
        rule if turn::is_rule(rule) => return None,
        said => (UnansweredReason::Model, Some(said.to_owned())),
    };
    let best = thinking.found.iter().map(|hit| hit.confidence).fold(0.0, f32::max);
    let is_lacking = kind != UnansweredReason::Model || best < COVERED;
    if !is_lacking || !asks_something(&text) || wants_people(&text) {
        return None;
    }
    let language = thinking.language.as_ref().map(Language::code).map(str::to_owned);
    Some(Asked { question: text, language, reason: kind, detail })
}

/// Whether people are asked for, and hardly anything else: who asks what someone may eat wants to know it.
fn wants_people(text: &str) -> bool {
    let mut text = words(text);
    let mut are_wanted = false;
    for phrase in PEOPLE_PHRASES.map(|phrase| format!(" {phrase} ")) {
        are_wanted |= text.contains(&phrase);
        text = text.replace(&phrase, " ");
    }
    let mut others: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let bare = BEFORE.iter().find_map(|before| word.strip_prefix(before)).unwrap_or(word);
        let begins = |beginning: &&str| word.starts_with(beginning) || bare.starts_with(beginning);
        if PEOPLE.contains(&word) || PEOPLE.contains(&bare) || PEOPLE_BEGINNINGS.iter().any(begins) {
            are_wanted = true;
        } else if !WANTED.iter().any(begins) {
            others.push(word);
        }
    }
    are_wanted && !asks_something(&others.join(" "))
}

/// The questions of a bot that nobody has settled, those that ask the same together; the most asked first.
pub async fn open(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<Vec<Group>, BotError> {
    bot::get(conn, tenant, bot).await?.ok_or(BotError::NotFound)?;
    let questions = unanswered::open(conn, tenant, bot, MOST).await?;
    let groups = tokio::task::spawn_blocking(move || grouped(questions)).await;
    Ok(groups.map_err(|_| Error::Configuration("questions could not be compared".into()))?)
}

/// Settles questions, so that nobody has to look at them any more; how many there were.
pub async fn resolve(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    ids: &[Uuid],
    how: Resolution,
) -> Result<u64, BotError> {
    check(conn, tenant, bot, ids).await?;
    Ok(unanswered::resolve(conn, tenant, bot, ids, how, now).await?)
}

/// Has somebody look at questions again; how many had been settled.
pub async fn reopen(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, ids: &[Uuid]) -> Result<u64, BotError> {
    check(conn, tenant, bot, ids).await?;
    Ok(unanswered::reopen(conn, tenant, bot, ids).await?)
}

async fn check(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, ids: &[Uuid]) -> Result<(), BotError> {
    bot::get(conn, tenant, bot).await?.ok_or(BotError::NotFound)?;
    if (1..=MOST_IDS).contains(&ids.len()) {
        return Ok(());
    }
    Err(InvalidSetting { field: "ids", message: "must be 1 to 1,000 questions" }.into())
}

/// Each question, from the oldest on, joins the first group that it is most like, or begins one. So the same questions make
/// the same groups, and one more changes none of them.
fn grouped(mut questions: Vec<Unanswered>) -> Vec<Group> {
    questions.sort_by_key(|question| question.id);
    let mut groups: Vec<(Subject, Vec<Unanswered>)> = Vec::new();
    // By what they are about, so that a question is compared with few.
    let mut about: HashMap<String, Vec<usize>> = HashMap::new();
    for question in questions {
        let subject = Subject::of(&question.question);
        let candidates: HashSet<usize> =
            subject.terms().filter_map(|term| about.get(term)).flatten().copied().collect();
        let likeness = |at: usize| (subject.likeness(&groups[at].0), at);
        let best = candidates.into_iter().map(likeness).filter(|(likeness, _)| *likeness >= SAME);
        if let Some((_, at)) = best.max_by(|(a, i), (b, j)| a.total_cmp(b).then(j.cmp(i))) {
            groups[at].1.push(question);
            continue;
        }
        for term in subject.terms() {
            about.entry(term.to_owned()).or_default().push(groups.len());
        }
        groups.push((subject, vec![question]));
    }
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|(_, mut questions)| {
            questions.reverse();
            Group { questions }
        })
        .collect();
    groups.sort_by(|a, b| {
        let newest = |group: &Group| group.questions.first().map(|question| question.id);
        b.questions.len().cmp(&a.questions.len()).then(newest(b).cmp(&newest(a)))
    });
    groups
}

/// What a question is about: for each of its words or phrases, the terms under which another may say the same.
struct Subject(Vec<HashSet<String>>);

impl Subject {
    fn of(text: &str) -> Self {
        let mut meanings = meanings(text);
        meanings.truncate(MOST_MEANINGS);
        if meanings.is_empty() {
            // Nothing that a search would look for: only the very same is the same.
            meanings.push(HashSet::from([normalise(text)]));
        }
        Self(meanings)
    }

    fn terms(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(String::as_str)
    }

    /// From 0 to 1: the share of both that the other says, too.
    fn likeness(&self, other: &Self) -> f32 {
        let met = |one: &Self, other: &Self| {
            one.0.iter().filter(|meaning| other.0.iter().any(|it| !it.is_disjoint(meaning))).count()
        };
        let count = |n: usize| u16::try_from(n).map_or(f32::MAX, f32::from);
        count(met(self, other) + met(other, self)) / count(self.0.len() + other.0.len())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn groups(texts: &[&str]) -> Vec<Vec<String>> {
        let question = |(n, text): (u128, &&str)| Unanswered {
            tenant_id: TenantId(Uuid::nil()),
            id: Uuid::from_u128(n),
            bot_id: Uuid::nil(),
            conversation_id: Uuid::nil(),
            message_id: None,
            question: (*text).to_owned(),
            language: None,
            reason: UnansweredReason::NoAnswer,
            detail: None,
            asked_at: Millis(0),
            resolution: None,
            resolved_at: None,
        };
        let questions = (1..).zip(texts).map(question).collect();
        let texts = |group: Group| group.questions.into_iter().map(|it| it.question).collect();
        grouped(questions).into_iter().map(texts).collect()
    }

    #[test]
    fn what_asks_the_same_is_together_and_the_most_asked_first() {
        let groups = groups(&[
            "Do you have gluten free bread?",
            "Where can I park my car?",
            "Is your bread gluten-free?",
            "Can I park there?",
            "glutenfree",
            "GLUTEN FREE BREAD???",
        ]);
        assert_eq!(groups[0], ["GLUTEN FREE BREAD???", "Is your bread gluten-free?", "Do you have gluten free bread?"]);
        // Less in common than that stays apart; of as many, what was asked last comes first.
        assert_eq!(groups[1..], [["glutenfree"], ["Can I park there?"], ["Where can I park my car?"]]);
    }

    #[rstest]
    #[case("Glütensiz ekmeğiniz var mı?", "glutensiz ekmek var mi", true)]
    #[case("Siparişim nerede?", "siparişlerim nerede kaldı", true)]
    #[case("هل لديكم خبز بدون جلوتين؟", "خبز بدون الجلوتين", true)]
    #[case("Do you sell dogs?", "Do you sell cakes?", false)]
    #[case("Otopark var mı?", "Wifi var mı?", false)]
    #[case("??", "??", true)]
    #[case("??", "!!!!", false)]
    fn two_questions_ask_the_same_or_not(#[case] one: &str, #[case] other: &str, #[case] is_same: bool) {
        assert_eq!(groups(&[one, other]).len() == 1, is_same);
    }

    #[rstest]
    #[case("I want to talk to a real person", true)]
    #[case("Bir yetkiliyle görüşmek istiyorum", true)]
    #[case("أريد التحدث مع موظف", true)]
    #[case("أريد التحدث مع الموظف", true)]
    #[case("Is someone there?", true)]
    #[case("Could a manager call me?", true)]
    #[case("Müşteri hizmetleri", true)]
    #[case("Biriyle konuşabilir miyim?", true)]
    #[case("Gerçek bir insan istiyorum", true)]
    #[case("خدمة العملاء", true)]
    #[case("Do you have gluten free bread?", false)]
    #[case("Do you make personalised cakes?", false)]
    #[case("How many persons is the cake for?", false)]
    #[case("Can someone with a nut allergy eat this?", false)]
    #[case("Do your staff speak German?", false)]
    #[case("Kaç insan için pasta yapıyorsunuz?", false)]
    #[case("كم شخص تكفي الكعكة؟", false)]
    fn who_wants_people_is_heard(#[case] text: &str, #[case] wants: bool) {
        assert_eq!(wants_people(text), wants);
    }
}
