//! Finding messages by what they say, and customers by name, phone number and username.
//!
//! Words are made here, alike for whichever database holds them. A document's first word names the tenant and the kind.

use std::collections::BTreeSet;

use switchboard_store::{
    Conn, Result, TenantId,
    contact::Contact,
    message::Message,
    search::{self, Document, Found},
};
use uuid::Uuid;

use crate::text::{is_in_word, normalise};

/// Words of a document, at most, and characters of a word.
const MOST_WORDS: usize = 400;
const LONGEST_WORD: usize = 40;
/// Words of a question, at most.
const MOST_ASKED: usize = 8;
/// A shorter beginning of a word is taken for a whole one.
const SHORTEST_BEGINNING: usize = 2;
/// Digits by which a phone number is found, at least.
const SHORTEST_DIGITS: usize = 3;
/// Around what was found, this many characters are shown before and after.
const BEFORE: usize = 40;
const AFTER: usize = 140;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Messages,
    Contacts,
}

/// A question, as words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    words: Vec<String>,
    /// The digits, where it may be a phone number.
    digits: Option<String>,
}

/// A part of a text, and whether it is what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub hit: bool,
}

impl Question {
    /// `None`: it has no word that could be found.
    pub fn new(text: &str) -> Option<Self> {
        let words: Vec<_> = words(text).take(MOST_ASKED).collect();
        (!words.is_empty()).then(|| Self { words, digits: digits(text) })
    }

    /// As the store takes it.
    fn query(&self, tenant: TenantId, kind: Kind) -> String {
        let mut query = format!("\"{}\"", scope(tenant, kind));
        let mut and = |word: &str, is_beginning: bool| {
            let star = if is_beginning && word.chars().count() >= SHORTEST_BEGINNING { "*" } else { "" };
            query.extend([" AND \"", word, "\"", star]);
        };
        match (kind, &self.digits) {
            (Kind::Contacts, Some(digits)) => and(digits, true),
            (Kind::Contacts, None) => {
                for word in &self.words {
                    and(word, true);
                }
            }
            (Kind::Messages, _) => {
                for (at, word) in self.words.iter().enumerate() {
                    and(word, at + 1 == self.words.len());
                }
            }
        }
        query
    }

    fn is_met_by(&self, word: &str) -> bool {
        let Some((last, whole)) = self.words.split_last() else { return false };
        let is_beginning = last.chars().count() >= SHORTEST_BEGINNING;
        whole.iter().any(|asked| asked == word) || word == last || (is_beginning && word.starts_with(last.as_str()))
    }

    /// Where a text has what is looked for, with some of what stands around it.
    pub fn excerpt(&self, text: &str) -> Vec<Piece> {
        let all = runs(text);
        let is_hit = |run: &str| words(run).any(|word| self.is_met_by(&word));
        let first = all.iter().position(|run| is_hit(run)).unwrap_or(0);
        let mut from = first;
        let mut room = BEFORE;
        while from > 0 && all[from - 1].chars().count() <= room {
            from -= 1;
            room -= all[from].chars().count();
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut push = |text: &str, hit: bool| match pieces.last_mut() {
            Some(last) if last.hit == hit => last.text.push_str(text),
            _ => pieces.push(Piece { text: text.to_owned(), hit }),
        };
        if from > 0 {
            push("…", false);
        }
        let mut room = AFTER + BEFORE;
        for run in &all[from..] {
            let length = run.chars().count();
            if length > room {
                push("…", false);
                break;
            }
            room -= length;
            push(run, is_hit(run));
        }
        pieces
    }
}

/// What has all the words of a question, newest first; `before`: the last place of the page before.
pub async fn find(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    kind: Kind,
    question: &Question,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Found>> {
    search::find(conn, tenant, &question.query(tenant, kind), before, limit).await
}

/// Makes messages findable by what they say now, in the transaction that stores them.
pub(crate) async fn index_messages(conn: &mut Conn<'_>, messages: impl Iterator<Item = &Message>) -> Result<()> {
    let documents: Vec<_> = messages.filter_map(of_message).collect();
    search::put(conn, &documents).await
}

/// Makes contacts findable by what is known of them now.
pub(crate) async fn index_contacts(conn: &mut Conn<'_>, contacts: &[Contact]) -> Result<()> {
    let documents: Vec<_> = contacts.iter().map(of_contact).collect();
    search::put(conn, &documents).await
}

/// A contact is gone.
pub(crate) async fn forget(conn: &mut Conn<'_>, tenant: TenantId, contact: Uuid) -> Result<()> {
    search::remove(conn, tenant, &[contact]).await
}

fn of_message(message: &Message) -> Option<Document> {
    let is_speech = !matches!(message.kind.as_str(), "reaction" | "edit" | "revoke" | "system");
    // Of what was taken back nothing is left to find it by.
    let text = if message.revoked_at.is_some() { "" } else { message.text.as_deref().filter(|_| is_speech)? };
    let words: BTreeSet<_> = words(text).take(MOST_WORDS).collect();
    Some(document(message.tenant_id, Kind::Messages, message.id, &words))
}

fn of_contact(contact: &Contact) -> Document {
    let names = [&contact.own_name, &contact.name, &contact.username].into_iter().flatten();
    let mut words: BTreeSet<_> = names.flat_map(|name| words(name)).take(MOST_WORDS).collect();
    // Every end of the number, so that whatever part of it one types begins one of them.
    let phone: Vec<char> = contact.phone.iter().flat_map(|phone| phone.chars()).take(LONGEST_WORD).collect();
    let ends = 0..phone.len().saturating_sub(SHORTEST_DIGITS - 1);
    words.extend(ends.map(|from| phone[from..].iter().collect::<String>()));
    document(contact.tenant_id, Kind::Contacts, contact.id, &words)
}

fn document(tenant: TenantId, kind: Kind, id: Uuid, words: &BTreeSet<String>) -> Document {
    let mut all = scope(tenant, kind);
    for word in words {
        all.push(' ');
        all.push_str(word);
    }
    Document { tenant, id, words: all }
}

/// The word that names tenant and kind. It begins with a character that no word of a text has.
fn scope(tenant: TenantId, kind: Kind) -> String {
    let kind = match kind {
        Kind::Messages => 'm',
        Kind::Contacts => 'c',
    };
    format!("·{}{kind}", tenant.0.simple())
}

/// The words of a text, as they are compared.
fn words(text: &str) -> impl Iterator<Item = String> {
    let normalised = normalise(text);
    let words: Vec<_> = normalised
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST_WORD).collect())
        .collect();
    words.into_iter()
}

/// The digits of what may be a phone number, without what is only dialled within a country.
fn digits(text: &str) -> Option<String> {
    let text = normalise(text);
    let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '.' | '/'));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    (is_number && digits.len() >= SHORTEST_DIGITS).then(|| digits.to_owned())
}

/// A text in runs: words, and what stands between them.
fn runs(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut from = 0;
    let mut within = None;
    for (at, c) in text.char_indices() {
        let is_word = is_in_word(c);
        if within.is_some_and(|was| was != is_word) {
            runs.push(&text[from..at]);
            from = at;
        }
        within = Some(is_word);
    }
    if from < text.len() {
        runs.push(&text[from..]);
    }
    runs
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn query(text: &str, kind: Kind) -> String {
        let query = Question::new(text).expect("a question").query(TenantId(Uuid::nil()), kind);
        query.split_once(" AND ").expect("a word").1.to_owned()
    }

    fn excerpt(question: &str, text: &str) -> String {
        let pieces = Question::new(question).expect("a question").excerpt(text);
        pieces.iter().map(|piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
    }

    #[rstest]
    #[case("Ekmek var mı", "\"ekmek\" AND \"var\" AND \"mi\"*")]
    #[case("a", "\"a\"")]
    #[case("\"x\" AND *y:", "\"x\" AND \"and\" AND \"y\"")]
    #[case("مَرْحَبًا", "\"مرحبا\"*")]
    fn a_question_is_its_words_the_last_of_which_may_go_on(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(query(text, Kind::Messages), expected);
    }

    #[rstest]
    #[case("ay us", "\"ay\"* AND \"us\"*")]
    #[case("0530 123 45", "\"53012345\"*")]
    #[case("+90 (530) 12", "\"9053012\"*")]
    #[case("12", "\"12\"*")]
    fn a_customer_is_found_by_beginnings_of_names_or_by_a_part_of_the_number(
        #[case] text: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(query(text, Kind::Contacts), expected);
    }

    #[test]
    fn signs_alone_are_no_question() {
        assert_eq!((Question::new(" … !"), Question::new("")), (None, None));
    }

    #[rstest]
    #[case("sık", "IŞIK, sıkça sorulan Sikayet", "IŞIK, [sıkça] sorulan [Sikayet]")]
    #[case("merhaba", "مَرْحَبًا", "مَرْحَبًا")]
    #[case("مرحبا", "قال مَرْحَبًا لي", "قال [مَرْحَبًا] لي")]
    #[case("cafe", "At the cafe\u{301}!", "At the [cafe\u{301}]!")]
    fn what_was_found_is_marked_as_it_is_written(#[case] question: &str, #[case] text: &str, #[case] expected: &str) {
        assert_eq!(excerpt(question, text), expected);
    }

    #[test]
    fn a_long_text_is_cut_around_what_was_found() {
        let text = format!("{} cake {}", "so ".repeat(100), "and on ".repeat(100));
        let cut = excerpt("cake", &text);
        assert!(cut.starts_with('…') && cut.ends_with('…') && cut.contains("[cake]"), "{cut}");
        assert!(cut.chars().count() < 200, "{cut}");
    }
}
